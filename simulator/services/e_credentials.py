"""E-credentials (医保电子凭证): shown by an insured person, decoded by an institution.

A token is issued to a signed-in, verified person and decoded by whoever is shown it. Where accounts
are a platform's own, its tokens are as well: another pooling area's platform does not know them.
What a decoding tells follows domain-facts.md §5 (fields observed; what the opaque ones hold is
*assumed*).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, Literal

from simulator.domain import e_credential, regions
from simulator.domain.digests import digest
from simulator.domain.e_credential import ECredential
from simulator.domain.identifiers import mask_id, mask_name
from simulator.domain.people import InsuranceRow, Person
from simulator.errors import (
    ECredentialError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    SessionInvalidError,
)
from simulator.services import accounts, balance, e_credential_tokens
from simulator.services.accounts import Account
from simulator.services.e_credential_tokens import ECredentialToken
from simulator.services.pooling_areas import insuring_area
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit

SheetKind = Literal["svg", "png", "pdf"]
SHEET_KINDS: Final[tuple[SheetKind, ...]] = ("svg", "png", "pdf")

_EC_TOKEN_BYTES: Final = 20
_INDEX_BYTES: Final = 16
_AUTHORISATION_USE: Final = b"yibao-ec-auth"

_REFUSALS: Final[dict[str, type[ECredentialError]]] = {
    "used": ECredentialUsedError,
    "expired": ECredentialExpiredError,
    "unknown": ECredentialUnknownError,
}


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token."""

    token: str
    """28 digits."""
    issued_ms: int
    expires_ms: int

    @property
    def expires_in_s(self) -> int:
        """Whole seconds of the lifetime."""
        return (self.expires_ms - self.issued_ms) // 1000


@dataclass(frozen=True, slots=True)
class Decoded:
    """What an institution learns from a token; the names on the wire are each platform's."""

    person: Person
    phone: str
    """Of the account that showed the token, which need not be the person's own number."""
    issued_ms: int
    ec_token: str
    """40 hexadecimal digits that stand for the person, the same at each decoding."""
    ec_index_no: str
    """32 hexadecimal digits, likewise."""
    auth_no: str
    """32 hexadecimal digits: what showing this token authorised."""
    insured_in: str
    """admdvs of the pooling area that insures the person now."""
    insurance: Sequence[InsuranceRow]


def issue(visit: Visit, session: OpenSession) -> Issued:
    """A new token for the session's person.

    Raises RealNameRequiredError, NotInsuredHereError, and SessionInvalidError when the account is
    gone or is not the person's any more.
    """
    person = balance.verified_person(visit, session)
    token = e_credential_tokens.issue(visit.world, session.phone)

    def change(account: Account) -> tuple[Account, ECredential | None]:
        if account.person != person.index:
            return account, None
        kept = e_credential.issue(
            account.e_credentials, visit.policy.e_credential, visit.now_ms, token.digest
        )
        return replace(account, e_credentials=kept), kept[-1]

    issued = accounts.update_account(visit, session.phone, change)
    if issued is None:
        raise SessionInvalidError
    return Issued(token.text, issued.issued_ms, issued.expires_ms)


def decode(visit: Visit, text: str) -> Decoded:
    """Whom a token stands for; uses it up where policy says so, at once for all who ask.

    Raises ECredentialUnknownError, ECredentialExpiredError or ECredentialUsedError.
    """
    token = _read(visit, text)

    def change(account: Account) -> tuple[Account, tuple[Person, ECredential] | ECredentialError]:
        # Somebody whose verification has ended in the meantime uses nothing up.
        person = accounts.verified_person_of(visit, account)
        if person is None:
            return account, _nobodys()
        kept, found = e_credential.decode(
            account.e_credentials, visit.policy.e_credential, visit.now_ms, token.digest
        )
        if found.outcome != "ok" or found.credential is None:
            return account, _refusal(found.outcome)
        if kept is not account.e_credentials:
            account = replace(account, e_credentials=kept)
        return account, (person, found.credential)

    outcome = accounts.update_account(visit, token.phone, change)
    if outcome is None:
        raise _nobodys()
    if isinstance(outcome, ECredentialError):
        raise outcome
    return _decoded(visit, token, *outcome)


def sheet(visit: Visit, text: str, kind: SheetKind) -> bytes:
    """The QR code of a token that is still good as SVG or PNG, or the page that shows it as PDF.

    Looks only: nothing is used up. Raises as `decode` does.
    """
    token = _read(visit, text)
    account = accounts.read(visit, token.phone).account
    person = None if account is None else accounts.verified_person_of(visit, account)
    if account is None or person is None:
        raise _nobodys()
    found = e_credential.look_up(
        account.e_credentials, visit.policy.e_credential, visit.now_ms, token.digest
    )
    if found.outcome != "ok" or found.credential is None:
        raise _refusal(found.outcome)
    if kind == "pdf":
        return _page(visit, person, token, found.credential)
    from simulator.imaging import credential_qr

    return credential_qr.qr_svg(text) if kind == "svg" else credential_qr.qr_png(text)


def _page(visit: Visit, person: Person, token: ECredentialToken, credential: ECredential) -> bytes:
    from simulator.imaging.credential_sheet import SheetFacts, sheet_pdf

    return sheet_pdf(
        SheetFacts(
            token=token.text,
            masked_name=mask_name(person.name),
            masked_id_number=mask_id(person.id_number),
            place=regions.full_name(insuring_area(visit, person)),
            expires_ms=credential.expires_ms,
        )
    )


def _decoded(
    visit: Visit, token: ECredentialToken, person: Person, credential: ECredential
) -> Decoded:
    key = visit.world.key("e-credential")
    opaque = digest(key, person.index, _EC_TOKEN_BYTES + _INDEX_BYTES).hex()
    authorisation = blake2b(
        credential.digest.encode(), key=key, digest_size=16, person=_AUTHORISATION_USE
    )
    return Decoded(
        person=person,
        phone=token.phone,
        issued_ms=credential.issued_ms,
        ec_token=opaque[: 2 * _EC_TOKEN_BYTES],
        ec_index_no=opaque[2 * _EC_TOKEN_BYTES :],
        auth_no=authorisation.hexdigest(),
        insured_in=insuring_area(visit, person),
        insurance=balance.insurance_of(visit, person).rows,
    )


def _read(visit: Visit, text: str) -> ECredentialToken:
    token = e_credential_tokens.read(visit.world, text)
    if token is None:
        raise ECredentialUnknownError(
            reason={"why": f"a token has {e_credential.DIGITS} digits and nothing else"}
        )
    return token


def _refusal(outcome: str) -> ECredentialError:
    return _REFUSALS[outcome]()


def _nobodys() -> ECredentialUnknownError:
    return ECredentialUnknownError(
        reason={"why": "no account of a verified person on this platform belongs to this token"}
    )
