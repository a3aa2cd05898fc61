"""Fingerprints and irises of an account's person: enrolled and verified."""

from typing import TypeVar

from simulator.domain import biometrics
from simulator.domain.biometrics import Kind, SampleError, Verdict
from simulator.errors import SessionInvalidError, SimulatorError
from simulator.services import accounts, balance
from simulator.services.accounts import Account
from simulator.services.sample_comparison import compare, refusal, unreadable
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit

Result = TypeVar("Result")


def enrol(visit: Visit, session: OpenSession, kind: Kind, data: bytes) -> int:
    """Keep a sample to compare later ones with; answers the number of bytes kept.

    Raises RealNameRequiredError, since a sample belongs to a person, and BiometricsError.
    """
    person = balance.verified_person(visit, session)

    def change(account: Account) -> tuple[Account, SimulatorError | int]:
        state = account.biometric(kind)
        try:
            state, outcome = biometrics.enrol(
                state,
                visit.policy.biometrics,
                visit.now_ms,
                data,
                kind=kind,
                key=visit.world.key("biometrics"),
                person=person.index,
            )
        except SampleError as error:
            return account, unreadable(error)
        if outcome != "enrolled":
            return account, refusal(visit, state, kind, outcome)
        return account.with_biometric(kind, state), len(data)

    return _carried_out(accounts.update_account(visit, session.phone, change))


def verify(visit: Visit, session: OpenSession, kind: Kind, data: bytes | None) -> Verdict:
    """Compare a sample with the enrolled one; None stands for a sensor that timed out.

    A sample that does not match is a verdict, not a refusal. Raises BiometricsError.
    """

    def change(account: Account) -> tuple[Account, SimulatorError | Verdict]:
        return compare(visit, account, kind, data)

    return _carried_out(accounts.update_account(visit, session.phone, change))


def _carried_out(outcome: Result | SimulatorError | None) -> Result:
    if outcome is None:
        raise SessionInvalidError
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome
