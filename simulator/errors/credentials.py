"""Refusals of e-credentials and of image captchas: tokens shown for a moment and used once."""

from simulator.errors.tree import SimulatorError


class ECredentialError(SimulatorError):
    """About the token of an e-credential."""


class ECredentialUnknownError(ECredentialError):
    code, status = "e_credential.unknown", 404
    zh = "医保电子凭证无效"
    en = "This platform has issued no such token, or the account behind it is nobody's any more."


class ECredentialExpiredError(ECredentialError):
    code, status = "e_credential.expired", 410
    zh = "医保电子凭证已过期，请刷新后重试"
    en = "The token has expired; the insured person shows a new one."


class ECredentialUsedError(ECredentialError):
    code, status = "e_credential.used", 409
    zh = "医保电子凭证已使用，请刷新后重试"
    en = "The token was decoded before and works once only; the insured person shows a new one."


class CaptchaError(SimulatorError):
    """About an image captcha."""


class CaptchaWrongError(CaptchaError):
    code, status = "captcha.wrong", 400
    zh = "验证码错误！"
    en = "Not the text of the picture; this captcha is used up, ask for another."


class CaptchaExpiredError(CaptchaError):
    code, status = "captcha.expired", 410
    zh = "验证码已过期，请刷新"
    en = "The captcha has expired; ask for another."


class CaptchaUsedError(CaptchaError):
    code, status = "captcha.used", 409
    zh = "验证码已失效，请刷新"
    en = "The captcha was answered before, rightly or wrongly; ask for another."


class CaptchaUnknownError(CaptchaError):
    code, status = "captcha.unknown", 404
    zh = "验证码不存在，请刷新"
    en = "No captcha of this world has this id; it may be from before a reset."
