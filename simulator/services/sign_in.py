"""Signing in, staying signed in, signing out.

A sign-in is judged in one atomic change of the account, so the number of evaluated failures is
exact whatever the concurrency: who comes later finds the account as the earlier one left it.
"""

from dataclasses import dataclass, replace

from simulator.domain import sessions
from simulator.domain.passwords import age_state, days_left
from simulator.domain.people import Person
from simulator.errors import (
    AccountUnknownError,
    OtherSecondFactorError,
    PasswordExpiredError,
    SessionExpiredError,
    SessionInvalidError,
    SessionReusedError,
    SimulatorError,
    WrongPasswordError,
)
from simulator.services import accounts, identities, second_factors, tokens
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.lockouts import (
    count_failure,
    forget_failures,
    refuse_if_locked,
    with_unlocks,
)
from simulator.services.password_hashes import digest_of, matches
from simulator.services.pooling_areas import is_insured_here, not_insured_here
from simulator.services.second_factors import Asked, Proof
from simulator.services.sms_codes import SECOND_FACTOR, SIGN_IN, deliver_code, use_code
from simulator.services.tokens import Token
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody presents to sign in: a password or a code, and a second factor if asked."""

    password: str | None = None
    password_digest: str | None = None
    """In place of the password where a platform is sent its SHA-256 alone."""
    sms_code: str | None = None
    second_factor: Proof | None = None

    def digest(self) -> str | None:
        """The SHA-256 of the password presented, or None."""
        return self.password_digest if self.password is None else digest_of(self.password)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just opened or renewed, with its tokens."""

    access: Token
    refresh: Token
    expires_in_s: int
    password_expires_in_days: int | None
    password_reminder: bool
    account: Account


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session found valid, and whose it is."""

    phone: str
    session_id: str
    account: Account


def phone_of(visit: Visit, id_number: str) -> str:
    """The phone number of the account verified for an ID number.

    Raises AccountUnknownError, or WrongPasswordError where the policy gives nothing away.
    """
    person = visit.world.people.by_id_number(id_number)
    phone = None if person is None else identities.phone_of(visit, person)
    if phone is None:
        raise _unknown_account(visit, person)
    return phone


def phone_of_card(visit: Visit, card_number: str) -> str:
    """The phone number of the account of a social-security card's holder: verified for the holder,
    or registered with that card. Raises as `phone_of` does.
    """
    person = visit.world.people.by_card_number(card_number)
    phone = None if person is None else identities.phone_of(visit, person)
    if phone is None and person is not None:
        # A card registers with its holder's own phone only, see registration.
        account = accounts.read(visit, person.phone).account
        if account is not None and account.card_number == card_number:
            phone = person.phone
    if phone is None:
        raise _unknown_account(visit, person)
    return phone


def sign_in(visit: Visit, phone: str, given: Credentials) -> SignedIn:
    """Open a session. A sign-in code is used up if and only if the session is opened.

    Raises AccountUnknownError, NotInsuredHereError, LockedError, WrongPasswordError, SmsError,
    PasswordExpiredError, or an error of the second factor; SecondFactorRequiredError after having
    sent a code. When none can be sent (SmsTooSoonError, SmsDailyLimitError) an earlier challenge
    stays the one to answer.
    """
    fresh = _NewTokens(
        tokens.issue(visit.world, "access", phone),
        tokens.issue(visit.world, "refresh", phone),
        tokens.issue(visit.world, "challenge", phone),
    )
    digest = given.digest()
    judged = _PasswordJudge(visit, digest)

    def change(record: PhoneRecord) -> tuple[PhoneRecord, SignedIn | SimulatorError | Asked]:
        record, account = _admit(visit, phone, record, given, judged)
        if isinstance(account, SimulatorError):
            return record, account
        refusal: SimulatorError | Asked | None
        record, refusal = second_factors.judge(
            visit, record, account, given.second_factor, fresh.challenge
        )
        if refusal is None and digest is not None:
            refusal = _expiry(visit, account)
        if refusal is not None:
            return record, refusal
        if given.sms_code is not None:
            codes, _ = use_code(visit, record.codes, SIGN_IN, given.sms_code)
            record = replace(record, codes=codes)
        return _open(visit, record, fresh)

    outcome = accounts.update(visit, phone, change)
    if isinstance(outcome, Asked):
        if outcome.code is not None:
            deliver_code(visit, phone, SECOND_FACTOR, outcome.code)
        raise outcome.refusal
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome


def recognise(visit: Visit, phone: str, password: str) -> Account:
    """The account that a password opens, without opening a session. Failures count as ever.

    Raises as `sign_in` does, and OtherSecondFactorError where that would ask for a second factor.
    """
    given = Credentials(password=password)
    judged = _PasswordJudge(visit, given.digest())

    def change(record: PhoneRecord) -> tuple[PhoneRecord, Account | SimulatorError]:
        record, account = _admit(visit, phone, record, given, judged)
        if isinstance(account, SimulatorError):
            return record, account
        if account is not record.account:
            record = replace(record, account=account)
        if second_factors.is_asked_of(visit, account):
            return record, OtherSecondFactorError()
        return record, _expiry(visit, account) or account

    outcome = accounts.update(visit, phone, change)
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome


def _admit(
    visit: Visit, phone: str, record: PhoneRecord, given: Credentials, judged: "_PasswordJudge"
) -> tuple[PhoneRecord, Account | SimulatorError]:
    """The record after a password or code was judged, and the account that it opens as it is then,
    not put into the record yet; or the refusal."""
    if record.account is None:
        return record, _unknown_account(visit, visit.world.people.by_phone(phone))
    account = with_unlocks(record.account, visit.now_ms)
    refusal: SimulatorError | None = refuse_if_locked(visit, account)
    if refusal is not None:
        return record, refusal
    if given.sms_code is not None:
        codes, refusal = use_code(visit, record.codes, SIGN_IN, given.sms_code)
        if refusal is not None:
            return replace(record, codes=codes), refusal
        # Not used up yet: it is presented again together with the second factor.
    elif not judged.is_right(account):
        account, refusal = count_failure(visit, account)
        return replace(record, account=account), refusal
    account = forget_failures(visit, account)
    person = accounts.person_of(visit, account)
    if person is not None and not is_insured_here(visit, person):
        return replace(record, account=account), not_insured_here(visit, person)
    return record, account


@dataclass(frozen=True, slots=True)
class _NewTokens:
    access: Token
    refresh: Token
    challenge: Token


class _PasswordJudge:
    """Compares a password once per kept hash, however often the change is computed anew."""

    def __init__(self, visit: Visit, digest: str | None) -> None:
        self._visit = visit
        self._digest = digest
        self._verdicts: dict[str, bool] = {}

    def is_right(self, account: Account) -> bool:
        kept = account.password.current
        verdict = self._verdicts.get(kept)
        if verdict is None:
            person = accounts.person_of(self._visit, account)
            verdict = self._digest is not None and matches(kept, self._digest, person)
            self._verdicts[kept] = verdict
        return verdict


def _expiry(visit: Visit, account: Account) -> SimulatorError | None:
    changed_ms = account.password.changed_ms
    if age_state(changed_ms, visit.policy.password, visit.now_ms) != "expired":
        return None
    return PasswordExpiredError(details={"max_age_days": visit.policy.password.max_age_days})


def _open(visit: Visit, record: PhoneRecord, fresh: _NewTokens) -> tuple[PhoneRecord, SignedIn]:
    account = record.account
    assert account is not None
    opened = sessions.open_session(
        account.sessions,
        visit.policy.session,
        visit.now_ms,
        session_id=fresh.refresh.digest[:16],
        access_digest=fresh.access.digest,
        refresh_digest=fresh.refresh.digest,
    )
    account = replace(account, sessions=opened, challenge=None)
    return replace(record, account=account), _signed_in(visit, account, fresh.access, fresh.refresh)


def _signed_in(visit: Visit, account: Account, access: Token, refresh: Token) -> SignedIn:
    policy = visit.policy
    changed_ms = account.password.changed_ms
    return SignedIn(
        access=access,
        refresh=refresh,
        expires_in_s=policy.session.access_lifetime_s,
        password_expires_in_days=days_left(changed_ms, policy.password, visit.now_ms),
        password_reminder=age_state(changed_ms, policy.password, visit.now_ms) != "fresh",
        account=account,
    )


def authenticate(visit: Visit, access_token: str) -> OpenSession:
    """Whose session an access token is. Raises SessionInvalidError or SessionExpiredError."""
    token = tokens.read(visit.world, "access", access_token)
    if token is not None:
        account = accounts.read(visit, token.phone).account
        if account is not None:
            check = sessions.check_access(account.sessions, token.digest, visit.now_ms)
            if check.outcome == "expired":
                raise SessionExpiredError
            if check.session is not None:
                return OpenSession(token.phone, check.session.session_id, account)
    raise SessionInvalidError


def refresh(visit: Visit, refresh_token: str) -> SignedIn:
    """Exchange a refresh token for new tokens; the old ones are worth nothing afterwards.

    Raises SessionInvalidError, SessionExpiredError, or SessionReusedError, which ends the session.
    """
    token = tokens.read(visit.world, "refresh", refresh_token)
    if token is None:
        raise SessionInvalidError
    access = tokens.issue(visit.world, "access", token.phone)
    renewed = tokens.issue(visit.world, "refresh", token.phone)

    def change(account: Account) -> tuple[Account, SignedIn | SimulatorError]:
        rotation = sessions.rotate(
            account.sessions,
            visit.policy.session,
            visit.now_ms,
            token.digest,
            new_access_digest=access.digest,
            new_refresh_digest=renewed.digest,
        )
        if rotation.sessions != account.sessions:
            account = replace(account, sessions=rotation.sessions)
        match rotation.outcome:
            case "rotated":
                return account, _signed_in(visit, account, access, renewed)
            case "expired":
                return account, SessionExpiredError()
            case "reused":
                return account, SessionReusedError()
            case "unknown":
                return account, SessionInvalidError()

    outcome = accounts.update_account(visit, token.phone, change)
    if outcome is None:
        raise SessionInvalidError
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome


def sign_out(visit: Visit, session: OpenSession) -> None:
    """End a session; its tokens are worth nothing afterwards."""

    def change(account: Account) -> tuple[Account, bool]:
        remaining = sessions.revoke(account.sessions, session.session_id)
        return replace(account, sessions=remaining), True

    accounts.update_account(visit, session.phone, change)


def _unknown_account(visit: Visit, person: Person | None) -> SimulatorError:
    """The refusal where there is no account; `person` is whose it would be."""
    if visit.policy.sign_in.discloses_unknown_account:
        if person is not None and not is_insured_here(visit, person):
            return not_insured_here(visit, person)
        return AccountUnknownError()
    return WrongPasswordError(reason={"really": AccountUnknownError.code})
