"""Every refusal of the simulator, as one tree.

A refusal has a stable English code, a message in Chinese (what the insured person is told) and one
in English (what a developer reads), and the HTTP status it would fittingly have. It knows nothing
of HTTP beyond that number: each platform renders it in its own dialect.

`details` are told to whoever called. `reason` is for the tester alone: it goes into the journal and
is answered by the control API's explain call, never by a platform.

Wordings follow domain-facts.md §8 (observed) where a real portal's wording is known; the rest are
assumed. All codes are the simulator's own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar


class SimulatorError(Exception):
    """Base of all refusals. Subclasses fix the code, the status and both messages."""

    code: ClassVar[str] = "server.error"
    status: ClassVar[int] = 500
    zh: ClassVar[str] = "系统繁忙，请稍后再试！"
    en: ClassVar[str] = "The simulator failed; the traceback is in its log."

    def __init__(
        self,
        *,
        details: Mapping[str, Any] | None = None,
        reason: Mapping[str, Any] | None = None,
        retry_after_s: int | None = None,
        zh: str | None = None,
        en: str | None = None,
    ) -> None:
        self.details = dict(details or {})
        self.reason = dict(reason or {})
        self.retry_after_s = retry_after_s
        self.message_zh = zh or self.zh
        self.message_en = en or self.en
        super().__init__(f"{self.code}: {self.message_en}")


# --- requests ---------------------------------------------------------------------------------


class RequestError(SimulatorError):
    """The request itself is at fault, whatever it asks for."""

    code, status = "request.invalid", 400
    zh = "请求参数不正确"
    en = "The request does not fit the schema; `fields` says where and what would be accepted."


class MalformedJsonError(RequestError):
    code = "request.malformed_json"
    zh = "请求体不是有效的 JSON"
    en = "The body is not valid JSON (UTF-8)."


class WrongContentTypeError(RequestError):
    code, status = "request.wrong_content_type", 415
    zh = "不支持的内容类型"
    en = "This call takes another content type."


class BodyTooLargeError(RequestError):
    code, status = "request.too_large", 413
    zh = "请求体过大"
    en = "The body is larger than this call accepts."


class UnknownRouteError(RequestError):
    code, status = "route.unknown", 404
    zh = "请求的地址不存在"
    en = "No call has this path."


class MethodNotAllowedError(RequestError):
    code, status = "route.method_not_allowed", 405
    zh = "不支持的请求方法"
    en = "This path exists, but not with this method."


# --- worlds, clock, policy, control -------------------------------------------------------------


class WorldError(SimulatorError):
    """About a world as a whole."""


class UnknownWorldError(WorldError):
    code, status = "world.unknown", 404
    zh = "该仿真世界不存在"
    en = 'No such world. Make one with POST /_control/worlds {"name": "…"}.'


class WorldExistsError(WorldError):
    code, status = "world.exists", 409
    zh = "该仿真世界已存在"
    en = "A world of this name exists; delete or reset it, or choose another name."


class WorldProtectedError(WorldError):
    code, status = "world.protected", 409
    zh = "默认世界不能删除"
    en = "The world `default` cannot be deleted; reset it instead."


class ClockError(WorldError):
    """A change of the world's clock that cannot be made."""


class ClockBackwardsError(ClockError):
    code, status = "clock.backwards", 409
    zh = "世界时钟不能倒退"
    en = "The world's clock never moves backwards; reset the world to start again."


class ClockRangeError(ClockError):
    code, status = "clock.out_of_range", 400
    zh = "超出仿真时间范围"
    en = "That instant lies outside the simulated time."


class PolicyError(WorldError):
    code, status = "policy.invalid", 400
    zh = "策略内容不正确"
    en = "The policy has a value that is unknown or not acceptable; `fields` says which."


class UnknownPersonError(WorldError):
    code, status = "person.unknown", 404
    zh = "没有找到对应的参保人信息。"
    en = "Nobody in this world's population has this ID number."


class UnknownRegionError(WorldError):
    code, status = "region.unknown", 404
    zh = "统筹区不存在"
    en = "Not the code of a pooling area."


class UnknownPlatformError(WorldError):
    code, status = "platform.unknown", 404
    zh = "平台不存在"
    en = "No platform of this name."


class UnknownRecordError(WorldError):
    code, status = "journal.unknown_request", 404
    zh = "没有该请求的记录"
    en = "The journal holds no request of this id; it keeps the most recent ones only."


class LedgerError(WorldError):
    """About an entry that is to be posted to an account."""


class InvalidPostingError(LedgerError):
    code, status = "ledger.invalid_posting", 400
    zh = "记账内容不正确"
    en = "The entry has an unknown type, or an amount or care that cannot be."


class PostingTimeError(LedgerError):
    code, status = "ledger.outside_time", 400
    zh = "记账时间超出仿真范围"
    en = "The entry lies before the epoch of the ledger or after the simulated time."


class NoPersonalAccountError(LedgerError):
    code, status = "ledger.no_personal_account", 409
    zh = "该参保人没有个人账户"
    en = "This person has no personal account; only full settlements can be posted."


class OverdrawnError(LedgerError):
    code, status = "ledger.overdrawn", 409
    zh = "个人账户余额不足"
    en = "The account does not hold so much at that instant."


class AccountStateError(WorldError):
    code, status = "account.state_refused", 409
    zh = "账号状态不允许该修改"
    en = "The account cannot be put into that state."


class ControlAccessError(SimulatorError):
    code, status = "control.unauthorised", 401
    zh = "控制接口需要令牌"
    en = "The control API needs `Authorization: Bearer <control token>` here."


# --- one-time codes -----------------------------------------------------------------------------


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


# --- accounts and passwords ---------------------------------------------------------------------


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


# --- sign-in and sessions -----------------------------------------------------------------------


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


# --- real name, support -------------------------------------------------------------------------


class RealNameError(SimulatorError):
    """About real-name verification."""


class RealNameRequiredError(RealNameError):
    code, status = "real_name.required", 403
    zh = "请先完成实名认证"
    en = "This call needs a verified real name."


class UploadError(SimulatorError):
    """The uploaded bytes cannot be judged as a picture."""


class NotAnImageError(UploadError):
    code, status = "upload.not_an_image", 400
    zh = "上传的文件不是有效的图片，请重新上传"
    en = "The upload is not a whole JPEG or PNG picture; `problem` says what was found."


class UploadTooLargeError(UploadError):
    code, status = "upload.too_large", 413
    zh = "上传的图片过大"
    en = "The picture is larger than is accepted; `details` have what was measured and the limit."


class UnsupportedImageError(UploadError):
    code, status = "upload.unsupported", 415
    zh = "不支持该图片格式，请上传 JPG 或 PNG 图片"
    en = "This kind of picture is not accepted; send a still JPEG or PNG."


class PhotoUnclearError(RealNameError):
    code, status = "real_name.photo_unclear", 422
    zh = "照片不清晰，请重新拍摄上传"
    en = "The photograph is too blurred or too coarse to be read; `measured` has the figures."


class PhotoTooDarkError(RealNameError):
    code, status = "real_name.photo_too_dark", 422
    zh = "照片光线过暗，请调整光线后重新拍摄"
    en = "The photograph of the card is too dark; `measured` has the figures."


class PhotoGlareError(RealNameError):
    code, status = "real_name.photo_glare", 422
    zh = "照片反光严重，请避开光源重新拍摄"
    en = "A reflection covers too much of the card; `measured` has the figures."


class NotAnIdCardError(RealNameError):
    code, status = "real_name.not_an_id_card", 422
    zh = "未识别到身份证，请上传身份证正反面照片"
    en = "This side of an ID card is not in the photograph; `problem` says what was seen."


class IdExpiredError(RealNameError):
    code, status = "real_name.id_expired", 422
    zh = "身份证已过有效期"
    en = "The ID card has expired on the world's clock."


class IdNotFoundError(RealNameError):
    code, status = "real_name.not_found", 422
    zh = "身份信息库中查无此号码"
    en = "The number on the card is nobody's in this world."


class IdMismatchError(RealNameError):
    code, status = "real_name.mismatch", 422
    zh = "姓名与身份证号码不匹配"
    en = "Name, number and birth date on the card do not agree with the register."


class DeceasedError(RealNameError):
    code, status = "real_name.deceased", 422
    zh = "该身份信息状态异常，无法认证"
    en = "The register knows the person on the card as deceased."


class OtherPersonError(RealNameError):
    code, status = "real_name.other_person", 409
    zh = "身份证不是本账号持有人的证件"
    en = "The card belongs to another person than this account."


class AlreadyVerifiedError(RealNameError):
    code, status = "real_name.already_verified", 409
    zh = "该身份已在其他账号完成实名认证"
    en = "The person is verified under another account of this platform."


class IdCardNeededError(RealNameError):
    code, status = "real_name.id_card_needed", 409
    zh = "请先上传身份证照片"
    en = "No accepted ID card waits for a face; upload the card first."


class FaceNotNeededError(RealNameError):
    code, status = "real_name.not_needed", 409
    zh = "已完成实名认证"
    en = "The account is verified; there is nothing to compare a face with."


class FaceMismatchError(RealNameError):
    code, status = "real_name.face_mismatch", 422
    zh = "人脸与身份证照片不一致"
    en = "The face is not the one on the card; `measured` has the score."


class FaceTooDarkError(RealNameError):
    code, status = "real_name.too_dark", 422
    zh = "光线过暗，请到明亮处重试"
    en = "The face is too dark; `measured` has the figures."


class FaceTooBrightError(RealNameError):
    code, status = "real_name.too_bright", 422
    zh = "光线过亮，请避开强光重试"
    en = "The face is over-exposed; `measured` has the figures."


class NoFaceError(RealNameError):
    code, status = "real_name.no_face", 422
    zh = "未检测到人脸，请正对镜头重试"
    en = "No face is in the picture."


class LivenessError(RealNameError):
    code, status = "real_name.liveness_failed", 422
    zh = "活体检测未通过，请按提示完成动作"
    en = "The challenge was not answered: the mouth is not open."


class RealNameDailyLimitError(RealNameError):
    code, status = "real_name.daily_limit", 429
    zh = "今日认证次数已达上限，请明日再试"
    en = "All tries of the day are used up; they return at midnight of the world's clock."


class BiometricsError(SimulatorError):
    """About fingerprint and iris samples."""


class NotASampleError(BiometricsError):
    code, status = "biometrics.not_a_sample", 400
    zh = "生物特征数据格式不正确"
    en = "The bytes are no biometric sample; `problem` says why."


class WrongSampleKindError(BiometricsError):
    code, status = "biometrics.wrong_kind", 400
    zh = "生物特征类型不符"
    en = "The sample is of another kind than the call."


class NoisySampleError(BiometricsError):
    code, status = "biometrics.noisy", 422
    zh = "采集质量不佳，请擦拭采集器后重试"
    en = "The sensor delivered too little to compare."


class SensorTimeoutError(BiometricsError):
    code, status = "biometrics.sensor_timeout", 408
    zh = "采集超时，请重试"
    en = "The sensor reported that nothing was presented in time."


class NotEnrolledError(BiometricsError):
    code, status = "biometrics.not_enrolled", 409
    zh = "尚未录入该生物特征"
    en = "Nothing of this kind is enrolled; enrol with PUT first."


class BiometricsTriesError(BiometricsError):
    code, status = "biometrics.too_many_tries", 429
    zh = "验证次数过多，请稍后再试"
    en = "Too many samples that did not match; wait until the world's clock allows more."


class BiometricsNotOfferedError(BiometricsError):
    code, status = "biometrics.not_offered", 404
    zh = "该平台不支持此生物特征"
    en = "This platform does not offer this kind of biometrics."


class SupportError(SimulatorError):
    """About customer service."""


class UnknownTicketError(SupportError):
    code, status = "ticket.unknown", 404
    zh = "工单不存在"
    en = "No support ticket has this id."


def error_types(root: type[SimulatorError] = SimulatorError) -> Iterator[type[SimulatorError]]:
    """The whole tree below and with `root`, each class once, parents first."""
    yield root
    for child in root.__subclasses__():
        yield from error_types(child)


def error_type(code: str) -> type[SimulatorError] | None:
    """The class that owns a code, or None."""
    return next((kind for kind in error_types() if kind.__dict__.get("code") == code), None)
