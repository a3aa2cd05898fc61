"""The error tree: which class a code gets, and what the classes tell."""

import pickle
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yibao_client import errors
from yibao_client.errors import Refusal, RefusedError, YibaoError, refused


def of(code: str, status: int = 400, **details: object) -> RefusedError:
    return refused(Refusal(code, "消息", status, details))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("sign_in.wrong_password", errors.WrongPasswordError),
        ("sign_in.locked", errors.LockedError),
        ("sign_in.second_factor_required", errors.SecondFactorRequiredError),
        ("sign_in.password_expired", errors.PasswordExpiredError),
        ("sms.too_soon", errors.SmsTooSoonError),
        ("sms.expired", errors.SmsCodeExpiredError),
        ("password.reused", errors.ReusedPasswordError),
        ("session.expired", errors.SessionExpiredError),
        ("session.refresh_reused", errors.SessionError),
        ("real_name.required", errors.RealNameRequiredError),
        ("real_name.photo_too_dark", errors.RealNameError),
        ("account.exists", errors.AccountExistsError),
        ("ticket.unknown", errors.SupportError),
        ("card.mismatch", errors.CardMismatchError),
        ("card.none", errors.NoCardError),
        ("card.required", errors.CardRequiredError),
        ("region.not_insured_here", errors.NotInsuredHereError),
        ("region.unknown", errors.WorldError),
        ("e_credential.unknown", errors.ECredentialUnknownError),
        ("e_credential.expired", errors.ECredentialExpiredError),
        ("e_credential.used", errors.ECredentialUsedError),
        ("captcha.wrong", errors.CaptchaWrongError),
        ("captcha.expired", errors.CaptchaExpiredError),
        ("captcha.used", errors.CaptchaUsedError),
        ("captcha.unknown", errors.CaptchaUnknownError),
        ("world.unknown", errors.WorldError),
        ("authorisation.refused_by_user", errors.ConsentRefusedError),
        ("authorisation.wrong_card_password", errors.WrongCardPasswordError),
        ("authorisation.card_locked", errors.CardLockedError),
        ("authorisation.scope_not_granted", errors.ScopeNotGrantedError),
        ("authorisation.code_used", errors.AuthorisationError),
        ("authorisation.token_missing", errors.SessionError),
        ("authorisation.token_unknown", errors.SessionError),
        ("authorisation.token_expired", errors.SessionExpiredError),
        ("authorisation.refresh_unknown", errors.SessionError),
        ("authorisation.revoked", errors.SessionError),
        ("wechat.45009", errors.AuthorisationError),
        ("alipay.isv.missing-method", errors.AuthorisationError),
        ("family.consent_required", errors.FamilyConsentError),
        ("family.unknown", errors.FamilyError),
        ("alert.none", errors.AlertError),
    ],
)
def test_known_code_raises_its_own_class(code: str, kind: type[RefusedError]) -> None:
    assert type(of(code)) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("sign_in.captcha_wanted", errors.SignInError),
        ("sign_in.locked.by_police", errors.LockedError),
        ("sms", errors.SmsError),
        ("smsx.too_soon", RefusedError),
        ("", RefusedError),
    ],
)
def test_unknown_code_falls_to_its_nearest_family(code: str, kind: type[RefusedError]) -> None:
    assert type(of(code)) is kind


def test_unknown_code_is_judged_by_its_status_last() -> None:
    assert type(of("gateway.full", 429)) is errors.RateLimitedError
    assert type(of("gateway.down", 503)) is errors.ServerFailureError
    assert type(of("sms.too_soon", 429)) is errors.SmsTooSoonError


@given(st.text(), st.integers(100, 599))
def test_every_code_gets_some_refusal(code: str, status: int) -> None:
    error = of(code, status)
    assert isinstance(error, RefusedError)
    assert error.code == code


def test_wrong_password_tells_the_attempts_that_remain() -> None:
    error = of("sign_in.wrong_password", 401, remaining_attempts=3)
    assert isinstance(error, errors.WrongPasswordError)
    assert error.remaining_attempts == 3


def test_locked_tells_an_aware_time_or_nothing() -> None:
    error = of("sign_in.locked", 423, locked_until="2026-01-01T08:20:00+08:00")
    assert isinstance(error, errors.LockedError)
    assert error.locked_until == datetime(2026, 1, 1, 0, 20, tzinfo=UTC)
    for unusable in ("2026-01-01T08:20:00", "soon", 7, None):
        other = of("sign_in.locked", 423, locked_until=unusable)
        assert isinstance(other, errors.LockedError)
        assert other.locked_until is None


def test_refusal_names_code_status_message_and_request() -> None:
    refusal = Refusal("sms.too_soon", "过于频繁", 429, {}, timedelta(seconds=60), "req-7")
    error = refused(refusal)
    assert str(error) == "sms.too_soon: 过于频繁 (HTTP 429, request req-7)"
    assert error.retry_after == timedelta(seconds=60)


def test_refusal_names_the_values_at_fault_and_no_secret() -> None:
    fault = {"lockout.treshold": ["unknown; did you mean 'threshold'?"]}
    assert str(of("policy.invalid", 400, fields=fault)).endswith(f" {{'fields': {fault}}}")
    asked = of("sign_in.second_factor_required", 401, challenge="5e57", method="sms")
    assert str(asked).endswith(" {'method': 'sms'}")


def test_errors_travel_between_processes() -> None:
    for error in (
        of("sign_in.locked", 423, locked_until="2026-01-01T08:20:00+08:00"),
        errors.ProtocolError("not JSON", 502, "<html>", timedelta(seconds=3)),
    ):
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert copy.__dict__ == error.__dict__


def test_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    def drawn_tree() -> dict[str, str]:
        parents: dict[str, str] = {}
        line_of_descent: list[str] = []
        for line in (errors.__doc__ or "").splitlines():
            found = re.match(r"    ([│├└─ ]*)(\w+Error)\b", line)
            if found is None:
                continue
            depth = len(found[1]) // 4
            line_of_descent[depth:] = [found[2]]
            if depth:
                parents[found[2]] = line_of_descent[depth - 1]
        return parents

    def real_tree(root: type[YibaoError]) -> dict[str, str]:
        found: dict[str, str] = {}
        for child in root.__subclasses__():
            if child.__module__.startswith(f"{errors.__name__}."):
                found[child.__name__] = root.__name__
                found |= real_tree(child)
        return found

    assert drawn_tree() == real_tree(YibaoError)
