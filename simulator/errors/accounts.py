"""Refusals of registration, passwords, one-time codes, sign-in and sessions."""

from simulator.errors.tree import SimulatorError


class SmsError(SimulatorError):
    """About codes sent by text message."""


class SmsTooSoonError(SmsError):
    code, status = "sms.too_soon", 429
    zh = "验证码发送过于频繁，请稍后再试"
    en = "A code was sent to this phone a moment ago; wait before asking again."


class SmsDailyLimitError(SmsError):
    code, status = "sms.daily_limit", 429
    zh = "今日验证码发送次数已达上限"
    en = "This phone has had all the codes of the day."


class WrongSmsCodeError(SmsError):
    code, status = "sms.wrong_code", 400
    zh = "验证码错误！"
    en = "The code is not the one last sent to this phone for this purpose."


class SmsCodeExpiredError(SmsError):
    code, status = "sms.expired", 400
    zh = "验证码已过期，请重新获取"
    en = "The code has expired; ask for another."


class SmsTooManyTriesError(SmsError):
    code, status = "sms.too_many_tries", 429
    zh = "验证码错误次数过多，请重新获取"
    en = "Too many wrong codes; this one is dead, ask for another."


class AccountError(SimulatorError):
    """About the account a person holds on a platform."""


class AccountExistsError(AccountError):
    code, status = "account.exists", 409
    zh = "该手机号已注册，请直接登录"
    en = "This phone is registered already; sign in or reset the password."


class AccountUnknownError(AccountError):
    code, status = "account.unknown", 404
    zh = "查不到用户信息，请先注册。"
    en = "No account on this platform; register first."


class PasswordError(SimulatorError):
    """About a password being chosen or changed."""


class PasswordTooWeakError(PasswordError):
    code, status = "password.too_weak", 400
    zh = "密码强度不足，请按要求重新设置"
    en = "The password breaks the rules named in `violations`."


class PasswordReusedError(PasswordError):
    code, status = "password.reused", 400
    zh = "新密码不能与近期使用过的密码相同"
    en = "The new password was used recently."


class WrongOldPasswordError(PasswordError):
    code, status = "password.wrong_old", 403
    zh = "原密码不正确"
    en = "The old password is wrong."


class SignInError(SimulatorError):
    """About proving who one is."""


class WrongPasswordError(SignInError):
    code, status = "sign_in.wrong_password", 401
    zh = "您输入的密码不正确！"
    en = "The password is wrong."


class LockedError(SignInError):
    code, status = "sign_in.locked", 423
    zh = "账号已锁定，请稍后再试、重置密码或联系客服解锁"
    en = "The account is locked; wait, reset the password, or ask support to unlock it."


class SecondFactorRequiredError(SignInError):
    code, status = "sign_in.second_factor_required", 401
    zh = "请完成二次验证"
    en = "Repeat the call with `second_factor`: the challenge and the code that was sent."


class SecondFactorWrongError(SignInError):
    code, status = "sign_in.second_factor_wrong", 401
    zh = "二次验证码错误"
    en = "The second factor is wrong."


class SecondFactorExpiredError(SignInError):
    code, status = "sign_in.second_factor_expired", 401
    zh = "二次验证已失效，请重新登录"
    en = "The challenge has expired, was used, or was tried too often; sign in again."


class PasswordExpiredError(SignInError):
    code, status = "sign_in.password_expired", 403
    zh = "密码已超过有效期，请修改密码后登录"
    en = "The password is too old; choose another with POST /password-resets, then sign in."


class SecondFactorMethodError(SimulatorError):
    code, status = "second_factor.unavailable", 409
    zh = "该平台不支持此二次验证方式"
    en = "This platform does not offer that second factor."


class SessionError(SignInError):
    """About the tokens of a session."""


class SessionMissingError(SessionError):
    code, status = "session.missing", 401
    zh = "请先登录"
    en = "This call needs `Authorization: Bearer <access token>`."


class SessionInvalidError(SessionError):
    code, status = "session.invalid", 401
    zh = "登录状态无效，请重新登录"
    en = "No session has this token on this platform and world; it may have been revoked."


class SessionExpiredError(SessionError):
    code, status = "session.expired", 401
    zh = "登录已过期，请重新登录"
    en = "The token has expired; refresh the session or sign in."


class SessionReusedError(SessionError):
    code, status = "session.refresh_reused", 401
    zh = "登录状态异常，请重新登录"
    en = "This refresh token was used before; the session has been revoked."
