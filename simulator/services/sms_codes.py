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


def send_code(visit: Visit, phone: str, purpose: str) -> int:
    """Send a code to a phone; answers the code's lifetime in seconds.

    Raises SmsTooSoonError or SmsDailyLimitError, with the wait in whole seconds.
    """

    def change(record: PhoneRecord) -> tuple[PhoneRecord, str | SmsError]:
        codes, outcome = new_code(visit, record.codes, phone, purpose)
        return (record if codes is record.codes else replace(record, codes=codes)), outcome

    sent = accounts.update(visit, phone, change)
    if isinstance(sent, SmsError):
        raise sent
    deliver_code(visit, phone, purpose, sent)
    return visit.policy.sms.lifetime_s


def new_code(
    visit: Visit, codes: PhoneCodes, phone: str, purpose: str, *, slot: str | None = None
) -> tuple[PhoneCodes, str | SmsError]:
    """The codes with a new one and that code, still to be delivered; or the same and the refusal.

    `slot` keeps codes of one purpose apart that do not replace each other.
    """
    policy = visit.policy.sms
    code = derive_code(
        visit.world.key(f"sms/{visit.account_space}"),
        phone=phone,
        purpose=slot or purpose,
        counter=codes.sent_ever,
        digits=policy.digits,
    )
    issued = issue(codes, policy, slot or purpose, visit.now_ms, code)
    if not isinstance(issued, SendRefusal):
        return issued, code
    wait_s = -(-issued.wait_ms // 1000)
    kind = SmsTooSoonError if issued.reason == "too_soon" else SmsDailyLimitError
    return codes, kind(details={"retry_in": wait_s}, retry_after_s=wait_s)


def deliver_code(visit: Visit, phone: str, purpose: str, code: str) -> None:
    """Put the message with a code into the inbox."""
    minutes = max(1, visit.policy.sms.lifetime_s // 60)
    inbox.deliver(
        visit,
        kind=inbox.SMS_CODE,
        to=phone,
        purpose=purpose,
        text=f"【医保仿真】您正在{_SUBJECTS[purpose]}，验证码{code}，{minutes}分钟内有效，请勿泄露。",
        code=code,
    )


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
