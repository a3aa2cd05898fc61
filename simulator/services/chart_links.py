"""Links by which a browser opens somebody's chart page: short-lived, and for nothing else.

A page is asked for without an Authorization header, and an access token does not belong into an
address, where histories and logs keep it (RFC 6750 §2.3). So the application has a link made and
sends the person there. Nothing is stored: a link bears its end and a keyed digest of that and of
the grant, and is good no longer than the grant. How real platforms do it is unknown: *assumed*.
"""

from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from simulator.domain.china_time import SECOND_MS
from simulator.errors import ChartLinkExpiredError, ChartLinkUnknownError
from simulator.services import authorisation, tokens
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit

_TOKEN: Final = 40
_END: Final = 12
_MAC_BYTES: Final = 16
_MAC: Final = b"yibao-chart-link"


@dataclass(frozen=True, slots=True)
class ChartLink:
    """What opens a chart page, and until when; `text` is 84 hexadecimal digits."""

    text: str
    expires_ms: int


def issue(visit: Visit, opened: OpenGrant) -> ChartLink:
    """A new link to the chart page of whoever granted access."""
    lifetime_ms = visit.policy.authorisation.chart_link_lifetime_s * SECOND_MS
    expires_ms = visit.now_ms + lifetime_ms
    head = tokens.issue(visit.world, "chart_link", opened.person.index).text
    head += f"{expires_ms:0{_END}x}"
    return ChartLink(head + _mac(visit, opened.grant.grant_id, head), expires_ms)


def follow(visit: Visit, text: str) -> OpenGrant:
    """The grant that a link was made under, as often as it is asked for.

    Raises ChartLinkUnknownError, ChartLinkExpiredError, or as `authorisation.open_grant` does.
    """
    head, mac = text[: _TOKEN + _END], text[_TOKEN + _END :]
    token = tokens.read(visit.world, "chart_link", head[:_TOKEN])
    if token is None or not mac.isascii():
        raise ChartLinkUnknownError
    for grant in authorisation.kept_grants(visit, token.subject):
        if compare_digest(mac, _mac(visit, grant.grant_id, head)):
            break
    else:
        raise ChartLinkUnknownError
    if visit.now_ms >= int(head[_TOKEN:], 16):
        raise ChartLinkExpiredError
    return authorisation.open_grant(visit, token.subject, grant)


def _mac(visit: Visit, grant_id: str, head: str) -> str:
    named = f"{visit.platform}/{grant_id}/{head}".encode("utf-8", "replace")
    key = visit.world.token_key
    return blake2b(named, key=key, digest_size=_MAC_BYTES, person=_MAC).hexdigest()
