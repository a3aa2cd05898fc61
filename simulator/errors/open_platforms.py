"""Refusals of what applications ask of a third-party platform on their own account.

Each platform's dialect has numbers and wordings of its own for them; the wordings here are assumed.
"""

from simulator.errors.tree import SimulatorError


class OpenPlatformError(SimulatorError):
    """About a call of an application."""


class ServiceBusyError(OpenPlatformError):
    code, status = "open_platform.busy", 503
    zh = "系统繁忙，请稍后再试"
    en = "The platform says that it is busy, as policy makes it say now and then; ask again."


class CallQuotaError(OpenPlatformError):
    code, status = "open_platform.quota", 429
    zh = "接口调用次数已达今日上限"
    en = "The application has asked this as often as policy allows on one day of the world's clock."


class TokenMalformedError(OpenPlatformError):
    code, status = "client_token.malformed", 401
    zh = "不合法的访问令牌"
    en = "No access token of this platform looks like that."


class ClientTokenUnknownError(OpenPlatformError):
    code, status = "client_token.unknown", 401
    zh = "访问令牌无效或不是最新的"
    en = "The application's token was not given out in this world, or a newer one took its place."


class ClientTokenExpiredError(OpenPlatformError):
    code, status = "client_token.expired", 401
    zh = "访问令牌已过期"
    en = "The application's token has expired; fetch another one."


class OpenIdUnknownError(OpenPlatformError):
    code, status = "open_id.unknown", 400
    zh = "不合法的用户标识"
    en = "The open id is nobody's, another application's, or not of the person whose token it is."


class SubscriptionError(OpenPlatformError):
    """About a subscribe message."""


class NotFollowingError(SubscriptionError):
    code, status = "subscription.not_following", 403
    zh = "用户未授权或已取消授权该应用"
    en = "The person has not let this application in, or has taken that back."


class TemplateUnknownError(SubscriptionError):
    code, status = "subscription.template_unknown", 400
    zh = "不合法的消息模板"
    en = "The application has no message template of this id; ask for the list of those it has."


class SubscriptionMissingError(SubscriptionError):
    code, status = "subscription.missing", 403
    zh = "用户拒绝接受消息"
    en = "The person has given no permission for this message, or it was used up: one allows one."


class MessageDataError(SubscriptionError):
    code, status = "subscription.message_data", 400
    zh = "模板参数不准确"
    en = "The data do not fit the message template; `field` says where."


class UserQueryError(OpenPlatformError):
    """About a signed user query."""


class UserQuerySignatureError(UserQueryError):
    code, status = "user_query.signature", 401
    zh = "签名错误"
    en = "The signature is not the one that the partner's secret makes of partner id and timestamp."


class UserQueryStaleError(UserQueryError):
    code, status = "user_query.stale", 401
    zh = "请求时间戳已失效"
    en = "The timestamp is further from the world's clock than policy allows; `details` have both."


class UserQueryReplayedError(UserQueryError):
    code, status = "user_query.replayed", 409
    zh = "重复的请求"
    en = "The partner has used this request id before."


class PayAuthorisationUnknownError(OpenPlatformError):
    code, status = "pay_authorisation.unknown", 404
    zh = "支付授权码不存在"
    en = "No payment authorisation of this number was given out in this world."


class FaceServiceError(OpenPlatformError):
    """About the face service."""


class FaceKeyUnknownError(FaceServiceError):
    code, status = "face_service.key_unknown", 400
    zh = "非法的核身凭证"
    en = "The key of a face check was not given to this application in this world."


class FaceResultUnknownError(FaceServiceError):
    code, status = "face_service.result_unknown", 400
    zh = "非法的核身结果凭证"
    en = "The result of a face check was not given to this application in this world."
