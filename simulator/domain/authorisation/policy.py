"""How long codes and tokens live, and what is done about those used twice."""

from dataclasses import dataclass
from typing import Final, Literal

from simulator.domain.applications import RedirectMatch

LONGEST_CODE_S: Final = 86_400
"""An Alipay code is good for a day at most (documented, domain-facts.md §6)."""


@dataclass(frozen=True, slots=True)
class AuthorisationPolicy:
    """Lifetimes and rules of a platform. The defaults here are WeChat's, documented ones."""

    code_lifetime_s: int = 300
    access_lifetime_s: int = 7200
    refresh_lifetime_s: int = 2_592_000
    """Not shorter than the access lifetime."""
    refresh: Literal["rotate", "extend"] = "extend"
    """`rotate`: each refresh gives a new pair. `extend`: the refresh token stays and ends when it
    always would; an access token that is still good is prolonged, an expired one replaced."""
    reuse_revokes: bool = True
    """Whether a code or a rotated refresh token presented again ends what came of it (RFC 6749
    §4.1.2 and §10.4 advise it)."""
    redirect_match: RedirectMatch = "host"
    chart_link_lifetime_s: int = 300
    """Of a link that opens the chart page without the access token."""

    def __post_init__(self) -> None:
        if self.refresh_lifetime_s < self.access_lifetime_s:
            raise ValueError(
                f"refresh_lifetime_s is {self.refresh_lifetime_s}; expected at least "
                f"access_lifetime_s, {self.access_lifetime_s}"
            )
