"""Sending one-time codes by text message, and using them up."""

from dataclasses import replace

from simulator.domain.one_time_codes import PhoneCodes, SendRefusal, derive_code, issue, redeem
from simulator.errors import (
    SmsCodeExpiredError,
    SmsDailyLimitError,
    SmsError,
    SmsTooManyTriesError,
    SmsTooSoonError,
    WrongSmsCodeError,
)
from simulator.services import accounts, inbox
from simulator.services.accounts import PhoneRecord
from simulator.services.visit import Visit

REGISTER = "register"
SIGN_IN = "sign_in"
RESET_PASSWORD = "reset_password"
SECOND_FACTOR = "second_factor"
PURPOSES = (REGISTER, SIGN_IN, RESET_PASSWORD, SECOND_FACTOR)

_SUBJECTS = {
    REGISTER: "注册",
    SIGN_IN: "登录",
    RESET_PASSWORD: "重置密码",
    SECOND_FACTOR: "二次验证",
}


def send_code(visit: Visit, phone: str, purpose: str, *, slot: str | None = None) -> int:
    """Send a code to a phone; answers the code's lifetime in seconds.

    `slot` keeps codes of one purpose apart that do not replace each other. Raises SmsTooSoonError
    or SmsDailyLimitError, with the wait in whole seconds.
    """
    policy = visit.policy.sms
    key = visit.world.key(f"sms/{visit.account_space}")

    def change(record: PhoneRecord) -> tuple[PhoneRecord, str | SendRefusal]:
        code = derive_code(
            key,
            phone=phone,
            purpose=slot or purpose,
            counter=record.codes.sent_ever,
            digits=policy.digits,
        )
        codes = issue(record.codes, policy, slot or purpose, visit.now_ms, code)
        if isinstance(codes, SendRefusal):
            return record, codes
        return replace(record, codes=codes), code

    sent = accounts.update(visit, phone, change)
    if isinstance(sent, SendRefusal):
        wait_s = -(-sent.wait_ms // 1000)
        kind = SmsTooSoonError if sent.reason == "too_soon" else SmsDailyLimitError
        raise kind(details={"retry_in": wait_s}, retry_after_s=wait_s)
    minutes = max(1, policy.lifetime_s // 60)
    inbox.deliver(
        visit,
        kind=inbox.SMS_CODE,
        to=phone,
        purpose=purpose,
        text=f"【医保仿真】您正在{_SUBJECTS[purpose]}，验证码{sent}，{minutes}分钟内有效，请勿泄露。",
        code=sent,
    )
    return policy.lifetime_s


def use_code(
    visit: Visit, codes: PhoneCodes, purpose: str, code: str
) -> tuple[PhoneCodes, SmsError | None]:
    """The codes after one was presented, and the refusal if it was not the right one."""
    codes, redemption = redeem(codes, purpose, visit.now_ms, code)
    match redemption.outcome:
        case "ok":
            return codes, None
        case "expired":
            return codes, SmsCodeExpiredError()
        case "too_many_tries":
            return codes, SmsTooManyTriesError()
        case "wrong":
            remaining = {"remaining_attempts": redemption.remaining_tries}
            return codes, WrongSmsCodeError(details=remaining)
        case "none":
            return codes, WrongSmsCodeError(
                reason={"why": "no unused code of this purpose was sent to this phone"}
            )
