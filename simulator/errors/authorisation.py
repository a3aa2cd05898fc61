"""Refusals of what people let applications do, the same for every third-party platform.

Each platform's dialect has names and numbers of its own for them. Wordings without a source are
assumed; 授权失败！暂未查询到参保信息 is observed (domain-facts.md §8).
"""

from simulator.errors.tree import SimulatorError


class AuthorisationError(SimulatorError):
    """About an application, a consent, a code or a token."""


class ApplicationError(AuthorisationError):
    """About the application that asks."""


class ApplicationUnknownError(ApplicationError):
    code, status = "authorisation.application_unknown", 400
    zh = "应用不存在，请核对应用编号"
    en = "The platform knows no application of this id, or it is not registered (any more)."


class ApplicationSuspendedError(ApplicationError):
    code, status = "authorisation.application_suspended", 403
    zh = "该应用已被暂停使用"
    en = "The application is suspended for the time being."


class ApplicationRevokedError(ApplicationError):
    code, status = "authorisation.application_revoked", 403
    zh = "该应用已被平台下架"
    en = "The application was revoked; all it was granted has ended."


class ApplicationImpostorError(ApplicationError):
    code, status = "authorisation.application_impostor", 403
    zh = "该应用存在冒用风险，已停止访问"
    en = "The application claims to be another; `reason` of the explanation says what gave it away."


class WrongSecretError(ApplicationError):
    code, status = "authorisation.wrong_secret", 401
    zh = "应用密钥错误"
    en = "Not the secret of this application."


class RedirectMismatchError(AuthorisationError):
    code, status = "authorisation.redirect_mismatch", 400
    zh = "回调地址与应用登记的不一致"
    en = "The redirect URI is not one that the application registered; nobody was sent there."


class ScopeNotOfferedError(AuthorisationError):
    code, status = "authorisation.scope_not_offered", 400
    zh = "授权范围错误或没有权限"
    en = "A scope that the platform does not know, or that the application may not ask for."


class ScopeNotGrantedError(AuthorisationError):
    code, status = "authorisation.scope_not_granted", 403
    zh = "用户未授权此项内容"
    en = "The person consented to less: authorise again with a scope that opens this."


class RefusedByUserError(AuthorisationError):
    code, status = "authorisation.refused_by_user", 403
    zh = "用户取消了授权"
    en = "The person refused."


class NotInsuredError(AuthorisationError):
    code, status = "authorisation.not_insured", 404
    zh = "授权失败！暂未查询到参保信息"
    en = "Nobody insured has this card."


class WrongCardPasswordError(AuthorisationError):
    code, status = "authorisation.wrong_card_password", 401
    zh = "卡号或密码不正确"
    en = "Not the password of this card."


class CardLockedError(AuthorisationError):
    code, status = "authorisation.card_locked", 423
    zh = "社保卡密码错误次数过多，已锁定"
    en = "Too many wrong card passwords; `locked_until` says when the card is free again."


class OtherSecondFactorError(AuthorisationError):
    code, status = "authorisation.second_factor", 403
    zh = "该账号已开启双重验证，请使用社保卡号和密码授权"
    en = "The account asks for a second factor, which this page cannot take; use the card."


class CodeError(AuthorisationError):
    """About an authorisation code."""


class CodeUnknownError(CodeError):
    code, status = "authorisation.code_unknown", 400
    zh = "授权码无效"
    en = "No such code was issued to this application on this platform."


class CodeUsedError(CodeError):
    code, status = "authorisation.code_used", 400
    zh = "授权码已使用"
    en = "The code was exchanged before; what came of it is revoked where policy says so."


class CodeExpiredError(CodeError):
    code, status = "authorisation.code_expired", 400
    zh = "授权码已过期"
    en = "The code has expired."


class PkceFailedError(CodeError):
    code, status = "authorisation.pkce_failed", 400
    zh = "授权码校验失败"
    en = "The code verifier does not answer the challenge that the request began with."


class GrantError(AuthorisationError):
    """About a token that an application was given."""


class GrantTokenMissingError(GrantError):
    code, status = "authorisation.token_missing", 401
    zh = "缺少访问令牌，请先完成授权"
    en = "This call needs `Authorization: Bearer <access token>` of an authorisation."


class GrantTokenUnknownError(GrantError):
    code, status = "authorisation.token_unknown", 401
    zh = "无效的访问令牌"
    en = "No such token was given out on this platform, or a newer one took its place."


class GrantTokenExpiredError(GrantError):
    code, status = "authorisation.token_expired", 401
    zh = "访问令牌已过期"
    en = "The access token has expired; refresh it."


class RefreshTokenUnknownError(GrantError):
    code, status = "authorisation.refresh_unknown", 401
    zh = "无效的刷新令牌"
    en = "No such refresh token was given to this application, or a newer one took its place."


class RefreshTokenExpiredError(GrantError):
    code, status = "authorisation.refresh_expired", 401
    zh = "刷新令牌已过期，请重新授权"
    en = "The refresh token has expired; the person has to authorise again."


class GrantRevokedError(GrantError):
    code, status = "authorisation.revoked", 401
    zh = "授权已失效，请重新授权"
    en = "The authorisation was revoked or replaced; `reason` of the explanation says by what."


class ChartLinkUnknownError(GrantError):
    code, status = "authorisation.link_unknown", 401
    zh = "链接无效，请返回应用重新打开"
    en = "No such link to the chart page was made on this platform and world."


class ChartLinkExpiredError(GrantError):
    code, status = "authorisation.link_expired", 401
    zh = "链接已过期，请返回应用重新打开"
    en = "The link to the chart page has expired; have another made."


class ApplicationExistsError(SimulatorError):
    code, status = "application.exists", 409
    zh = "应用编号已存在"
    en = "There is an application of this id already."


class ApplicationNotFoundError(SimulatorError):
    code, status = "application.unknown", 404
    zh = "应用不存在"
    en = "The world has no application of this platform and id; list them to see which there are."


class ApplicationStateError(SimulatorError):
    code, status = "application.state", 409
    zh = "应用当前状态不允许此操作"
    en = "The application cannot go from its state to that one; `accepted` says where it can go."


class AuthorisationNotFoundError(SimulatorError):
    code, status = "authorisation.not_found", 404
    zh = "授权记录不存在"
    en = "The person has given no authorisation of this id, or it is not remembered any more."
