"""Refusals of Alipay's gateway and of its methods.

The dialect of `platforms.alipay` has a number, a code and a wording of Alipay's own for each
(documented, domain-facts.md §6); the Chinese wordings here follow those.
"""

from simulator.errors.tree import SimulatorError


class GatewayError(SimulatorError):
    """About a request to the gateway."""


class MissingParameterError(GatewayError):
    code, status = "gateway.missing_parameter", 400
    zh = "缺少必选参数"
    en = "A parameter that every request needs is missing; `parameter` says which."


class InvalidParameterError(GatewayError):
    code, status = "gateway.invalid_parameter", 400
    zh = "参数无效"
    en = "A common parameter has a value that is not accepted; `accepted` says what would be."


class NoKeyOfTypeError(GatewayError):
    code, status = "gateway.no_key_of_type", 400
    zh = "验签出错, 未配置对应签名算法的公钥或者证书"
    en = "The application has a key for RSA2 alone; sign with SHA256withRSA and sign_type RSA2."


class WrongSignatureError(GatewayError):
    code, status = "gateway.wrong_signature", 401
    zh = "无效签名"
    en = "The signature is not that of the application's key over what was sent."


class StaleTimestampError(GatewayError):
    code, status = "gateway.stale", 400
    zh = "非法的时间戳参数"
    en = "The timestamp is further from the world's clock than policy allows; `details` have both."


class UnknownMethodError(GatewayError):
    code, status = "gateway.unknown_method", 404
    zh = "不存在的方法名"
    en = "The gateway has no method of this name; `near` lists similar ones."


class RateLimitError(GatewayError):
    code, status = "gateway.rate_limit", 429
    zh = "应用调用次数超限，包含调用频率超限"
    en = "The application asks more often than policy allows within a second of the world's clock."


class NotPermittedError(GatewayError):
    code, status = "gateway.not_permitted", 403
    zh = "ISV权限不足"
    en = "None of the application's scopes opens what the method answers."


class CertificationUnknownError(GatewayError):
    code, status = "certification.unknown", 404
    zh = "认证单据不存在"
    en = "The application has begun no certification of this id."


class CertificationExpiredError(GatewayError):
    code, status = "certification.expired", 410
    zh = "认证已失效"
    en = "The certification was begun longer ago than policy lets it be asked about."


class CertificationRepeatedError(GatewayError):
    code, status = "certification.repeated", 409
    zh = "商户订单号重复"
    en = "The application has used this outer_order_no for the certification of something else."
