"""The second factor of a sign-in: asked for with a challenge, then judged by its method."""

from dataclasses import dataclass, replace
from hmac import compare_digest

from simulator.domain import second_factor
from simulator.domain.biometrics import KINDS, Kind
from simulator.domain.one_time_codes import find, phase_of
from simulator.domain.second_factor import NO_METHOD
from simulator.errors import (
    SecondFactorExpiredError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    SimulatorError,
    SmsError,
)
from simulator.services import sample_comparison, tokens
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.sms_codes import SECOND_FACTOR, new_code, use_code
from simulator.services.tokens import Token
from simulator.services.visit import Visit

_AFTER_PASSWORD = "second_factor:sign_in"
"""Codes sent by the sign-in itself, apart from those asked for with purpose `second_factor`."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody presents as second factor: the challenge, and a code or a sample."""

    challenge: str
    code: str | None = None
    sample: bytes | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A second factor asked for, and the code that was made for it, to be delivered."""

    refusal: SecondFactorRequiredError
    code: str | None


def is_asked_of(visit: Visit, account: Account) -> bool:
    """Whether signing in to an account takes a second factor on this platform."""
    return _method(visit, account) != NO_METHOD


def _method(visit: Visit, account: Account) -> str:
    return second_factor.method_in_force(account.second_factor, visit.policy.second_factor)


def judge(
    visit: Visit, record: PhoneRecord, account: Account, proof: Proof | None, fresh: Token
) -> tuple[PhoneRecord, SimulatorError | Asked | None]:
    """The record after the second factor of an account was judged, or asked for.

    `fresh` is the token of a challenge in case one is asked for.
    """
    method = _method(visit, account)
    if method == NO_METHOD:
        return replace(record, account=account), None
    if proof is None:
        return _ask(visit, replace(record, account=account), account, method, fresh)
    if method in KINDS:
        return _judge_sample(visit, record, account, proof, method, fresh.phone)
    return _judge_code(visit, record, account, proof, fresh.phone)


def _ask(
    visit: Visit, record: PhoneRecord, account: Account, method: str, fresh: Token
) -> tuple[PhoneRecord, SimulatorError | Asked]:
    policy = visit.policy.second_factor
    challenge = second_factor.challenge(
        policy,
        visit.now_ms,
        method=method,
        account=fresh.phone,
        attempt=visit.account_space,
        token_digest=fresh.digest,
    )
    refusal = SecondFactorRequiredError(
        details={"challenge": fresh.text, "method": method, "expires_in": policy.lifetime_s}
    )
    account = replace(account, challenge=challenge)
    if method in KINDS:
        return replace(record, account=account), Asked(refusal, None)
    codes, sent = new_code(visit, record.codes, fresh.phone, SECOND_FACTOR, slot=_AFTER_PASSWORD)
    if isinstance(sent, SmsError):
        return record, sent
    return replace(record, codes=codes, account=account), Asked(refusal, sent)


def _judge_code(
    visit: Visit, record: PhoneRecord, account: Account, proof: Proof, phone: str
) -> tuple[PhoneRecord, SimulatorError | None]:
    presented = proof.code or ""
    slot = _matching_slot(visit, record, presented)
    account, refusal = _answer(visit, account, proof, phone, is_right=slot is not None)
    record = replace(record, account=account)
    if refusal is None and slot is not None:
        codes, refusal = use_code(visit, record.codes, slot, presented)
        record = replace(record, codes=codes)
    return record, refusal


def _judge_sample(
    visit: Visit, record: PhoneRecord, account: Account, proof: Proof, kind: Kind, phone: str
) -> tuple[PhoneRecord, SimulatorError | None]:
    if proof.sample is None:
        # A code, where a sample was asked for. Nothing was presented that could be compared.
        account, refusal = _answer(visit, account, proof, phone, is_right=False)
        return replace(record, account=account), refusal
    account, verdict = sample_comparison.compare(visit, account, kind, proof.sample)
    if isinstance(verdict, SimulatorError):
        return replace(record, account=account), verdict
    matched = verdict.outcome == "matched"
    account, refusal = _answer(visit, account, proof, phone, is_right=matched)
    if refusal is not None and not matched:
        refusal.details |= {"score": round(verdict.score or 0, 4), "threshold": verdict.threshold}
    return replace(record, account=account), refusal


def _answer(
    visit: Visit, account: Account, proof: Proof, phone: str, *, is_right: bool
) -> tuple[Account, SimulatorError | None]:
    """The account after its challenge was answered, and the refusal if it was not passed."""
    token = tokens.read(visit.world, "challenge", proof.challenge)
    challenged, outcome = second_factor.answer(
        account.challenge,
        visit.now_ms,
        token_digest=token.digest if token is not None else "",
        account=phone,
        attempt=visit.account_space,
        is_right=is_right,
    )
    account = replace(account, challenge=challenged)
    if outcome == "ok":
        return account, None
    if outcome == "wrong" and challenged is not None:
        remaining = second_factor.remaining_tries(challenged)
        return account, SecondFactorWrongError(details={"remaining_attempts": remaining})
    return account, SecondFactorExpiredError(reason={"why": outcome})


def _matching_slot(visit: Visit, record: PhoneRecord, code: str) -> str | None:
    """Which open code of the second factor this is, if any."""
    for slot in (_AFTER_PASSWORD, SECOND_FACTOR):
        sent = find(record.codes, slot)
        if sent is None or phase_of(sent, visit.now_ms) != "pending":
            continue
        # a person can send any text, lone surrogates included
        if compare_digest(sent.code.encode(), code.encode(errors="backslashreplace")):
            return slot
    return None
