"""An account's security settings."""

from dataclasses import replace

from simulator.domain.biometrics import KINDS
from simulator.domain.second_factor import is_offered
from simulator.errors import NotEnrolledError, SecondFactorMethodError
from simulator.services import accounts
from simulator.services.accounts import Account
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit


def set_second_factor(visit: Visit, session: OpenSession, method: str) -> None:
    """Choose the second factor asked for at sign-in. Raises SecondFactorMethodError, or
    NotEnrolledError for a biometric method without a sample to compare with."""
    policy = visit.policy.second_factor
    if not is_offered(method, policy):
        raise SecondFactorMethodError(details={"method": method, "offered": list(policy.methods)})

    def change(account: Account) -> tuple[Account, bool]:
        if method in KINDS and not account.biometric(method).template:
            return account, False
        return replace(account, second_factor=method, challenge=None), True

    if accounts.update_account(visit, session.phone, change) is False:
        raise NotEnrolledError
