"""Comparing a biometric sample with the one an account has enrolled."""

from simulator.domain import biometrics, china_time
from simulator.domain.biometrics import BiometricState, Kind, SampleError, Verdict
from simulator.errors import (
    BiometricsError,
    BiometricsNotOfferedError,
    BiometricsTriesError,
    NoisySampleError,
    NotASampleError,
    NotEnrolledError,
    SensorTimeoutError,
    WrongSampleKindError,
)
from simulator.services.accounts import Account
from simulator.services.visit import Visit

_REFUSALS: dict[str, type[BiometricsError]] = {
    kind.code: kind
    for kind in (
        BiometricsNotOfferedError,
        BiometricsTriesError,
        NoisySampleError,
        NotASampleError,
        NotEnrolledError,
        SensorTimeoutError,
        WrongSampleKindError,
    )
}
_COMPARED = ("matched", "not_matched", "wrong_position")


def compare(
    visit: Visit, account: Account, kind: Kind, data: bytes | None
) -> tuple[Account, BiometricsError | Verdict]:
    """The account after a sample was compared, and the verdict or why none was reached."""
    state = account.biometric(kind)
    try:
        state, verdict = biometrics.verify(
            state,
            visit.policy.biometrics,
            visit.now_ms,
            data,
            kind=kind,
            key=visit.world.key("biometrics"),
            person=-1 if account.person is None else account.person,
        )
    except SampleError as error:
        return account, unreadable(error)
    if verdict.outcome not in _COMPARED:
        return account, refusal(visit, state, kind, verdict.outcome)
    return account.with_biometric(kind, state), verdict


def refusal(
    visit: Visit, state: BiometricState, kind: Kind, outcome: biometrics.Outcome
) -> BiometricsError:
    """The refusal that an outcome without a comparison leads to."""
    code = biometrics.refusal_code(outcome, kind)
    assert code is not None
    retry_ms = biometrics.retry_at(state, visit.policy.biometrics, visit.now_ms)
    if outcome != "too_many_tries" or retry_ms is None:
        return _REFUSALS[code]()
    return _REFUSALS[code](
        details={"retry_at": china_time.to_iso(retry_ms)},
        retry_after_s=-((visit.now_ms - retry_ms) // 1000),
    )


def unreadable(error: SampleError) -> BiometricsError:
    """The refusal of bytes that cannot be compared."""
    return _REFUSALS[error.code](details={"problem": str(error)})
