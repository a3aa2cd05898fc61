"""What the gateway says of a refusal: a code, Alipay's words for it, a sub-code and its words.

Codes and sub-codes are documented (domain-facts.md §6 and Alipay's list of common error codes)
except those of business failures (40004), whose sub-codes are each method's own: CERTIFY_ID_EXPIRED
is observed, the others are *assumed*. Which refusal of the simulator is told as which of them is in
the table; a class stands for those below it that are not in it themselves.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from simulator import errors
from simulator.errors import SimulatorError

MESSAGES: Final[Mapping[str, str]] = {
    "20000": "Service Currently Unavailable",
    "20001": "Insufficient Token Permissions",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Insufficient Permissions",
}


class Refusal(NamedTuple):
    """How a refusal is told."""

    code: str
    sub_code: str
    sub_msg: str


Teller = Callable[[SimulatorError], Refusal]

_MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "method": ("isv.missing-method", "缺少方法名参数"),
    "sign": ("isv.missing-signature", "缺少签名参数"),
    "sign_type": ("isv.missing-signature-type", "缺少签名类型参数"),
    "app_id": ("isv.missing-app-id", "缺少appId参数"),
    "timestamp": ("isv.missing-timestamp", "缺少时间戳参数"),
    "version": ("isv.missing-version", "缺少版本参数"),
}
_INVALID: Final[Mapping[str, tuple[str, str]]] = {
    "charset": ("isv.invalid-charset", "字符集错误"),
    "sign_type": ("isv.invalid-signature-type", "无效的签名类型"),
    "format": ("isv.invalid-format", "无效的数据格式"),
    "timestamp": ("isv.invalid-timestamp", "非法的时间戳参数"),
    "version": ("isv.invalid-parameter", "参数无效：version"),
    "encrypt_type": (
        "isv.decryption-error-not-valid-encrypt-key",
        "解密出错, 未配置加密密钥或加密密钥格式错误",
    ),
    "app_auth_token": ("isv.not-support-app-auth", "本接口不支持第三方代理调用"),
    "grant_type": ("isv.grant-type-invalid", "grant_type参数不正确"),
}


def _missing(error: SimulatorError) -> Refusal:
    return Refusal("40001", *_MISSING[error.details["parameter"]])


def _invalid(error: SimulatorError) -> Refusal:
    return Refusal("40002", *_INVALID[error.details["parameter"]])


def _unfit(error: SimulatorError) -> Refusal:
    """A parameter at fault; the real sub_msg names it too (observed)."""
    fields = error.details.get("fields", {})
    names = "、".join(str(name)[:40] for name in list(fields)[:5] if name)
    told = f"参数无效：{names}" if names else "参数无效"
    return Refusal("40002", "isv.invalid-parameter", told)


def _fixed(code: str, sub_code: str, sub_msg: str = "") -> Teller:
    return lambda error: Refusal(code, sub_code, sub_msg or error.message_zh)


TABLE: Final[Mapping[type[SimulatorError], Teller]] = {
    SimulatorError: _fixed("20000", "aop.unknow-error", "系统繁忙"),
    errors.ServiceBusyError: _fixed("20000", "isp.unknow-error", "服务暂不可用（业务系统不可用）"),
    # access tokens
    errors.GrantError: _fixed("20001", "aop.invalid-auth-token", "无效的访问令牌"),
    errors.ScopeNotGrantedError: _fixed("20001", "aop.invalid-auth-token", "无效的访问令牌"),
    errors.GrantTokenExpiredError: _fixed("20001", "aop.auth-token-time-out", "访问令牌已过期"),
    # the envelope
    errors.MissingParameterError: _missing,
    errors.InvalidParameterError: _invalid,
    errors.RequestError: _unfit,
    errors.UploadError: _unfit,
    errors.NoKeyOfTypeError: _fixed("40002", "isv.missing-signature-config"),
    errors.WrongSignatureError: _fixed("40002", "isv.invalid-signature"),
    errors.StaleTimestampError: _fixed("40002", "isv.invalid-timestamp"),
    errors.UnknownMethodError: _fixed("40002", "isv.invalid-method"),
    # the application
    errors.ApplicationUnknownError: _fixed("40002", "isv.invalid-app-id", "无效的AppID参数"),
    errors.ApplicationRevokedError: _fixed("40002", "isv.invalid-app-id", "无效的AppID参数"),
    errors.ApplicationImpostorError: _fixed("40002", "isv.suspected-attack", "可疑的攻击请求"),
    errors.RateLimitError: _fixed("40005", "isv.app-call-limited"),
    errors.CallQuotaError: _fixed(
        "40005", "isv.method-call-limited", "API调用次数超限，包含调用频率超限"
    ),
    errors.ApplicationSuspendedError: _fixed(
        "40006", "isv.insufficient-isv-permissions", "ISV权限不足"
    ),
    errors.NotPermittedError: _fixed("40006", "isv.insufficient-isv-permissions"),
    # codes and refresh tokens
    errors.CodeError: _fixed("40002", "isv.code-invalid", "授权码code无效"),
    errors.RedirectMismatchError: _fixed("40002", "isv.code-invalid", "授权码code无效"),
    errors.RefreshTokenUnknownError: _fixed(
        "40002", "isv.refresh-token-invalid", "刷新令牌refresh_token无效"
    ),
    errors.RefreshTokenExpiredError: _fixed(
        "40002", "isv.refresh-token-time-out", "刷新令牌refresh_token已过期"
    ),
    # business
    errors.ECredentialError: _fixed("40004", "AUTH_CODE_INVALID", "支付授权码无效"),
    errors.OpenIdUnknownError: _fixed("40004", "USER_NOT_EXIST", "用户不存在"),
    errors.NotFollowingError: _fixed("40004", "USER_NOT_AUTHORIZED", "用户未授权"),
    errors.CertificationUnknownError: _fixed("40004", "CERTIFY_ID_NOT_EXIST"),
    errors.CertificationExpiredError: _fixed("40004", "CERTIFY_ID_EXPIRED"),
    errors.CertificationRepeatedError: _fixed("40004", "OUTER_ORDER_NO_REPEATED"),
}


def told(error: SimulatorError) -> Refusal:
    """How a refusal is told: as the nearest class of the table says."""
    return next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)(error)
