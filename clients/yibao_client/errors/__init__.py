"""Everything that can go wrong with a call, as one tree.

::

    YibaoError
    ├── TransportError                  no answer came back
    │   ├── ConnectionFailedError       the server was never reached: nothing happened there
    │   ├── ConnectionLostError         the connection broke: the call may have been carried out
    │   └── RequestTimeoutError         no answer in time: the call may have been carried out
    ├── ProtocolError                   an answer that is not the platform's own
    ├── NoMessageError                  the captured inbox stayed empty for as long as was waited
    ├── NobodyFitsError                 no person of the world is as asked for
    └── RefusedError                    the platform said no, with a code
        ├── InvalidRequestError         request.*, route.*
        ├── AccountError                account.*
        │   ├── AccountExistsError          account.exists
        │   └── AccountUnknownError         account.unknown
        ├── SmsError                    sms.*
        │   ├── SmsTooSoonError             sms.too_soon
        │   ├── SmsDailyLimitError          sms.daily_limit
        │   ├── WrongSmsCodeError           sms.wrong_code
        │   ├── SmsCodeExpiredError         sms.expired
        │   └── SmsTooManyTriesError        sms.too_many_tries
        ├── PasswordError               password.*
        │   ├── WeakPasswordError           password.too_weak
        │   ├── ReusedPasswordError         password.reused
        │   └── WrongOldPasswordError       password.wrong_old
        ├── SignInError                 sign_in.*
        │   ├── WrongPasswordError          sign_in.wrong_password
        │   ├── LockedError                 sign_in.locked
        │   ├── SecondFactorRequiredError   sign_in.second_factor_required
        │   ├── SecondFactorWrongError      sign_in.second_factor_wrong
        │   ├── SecondFactorExpiredError    sign_in.second_factor_expired
        │   └── PasswordExpiredError        sign_in.password_expired
        ├── SecondFactorError           second_factor.*
        ├── SessionError                session.*
        │   │                               authorisation.token_*, .refresh_*, .revoked
        │   └── SessionExpiredError         session.expired, authorisation.token_expired
        ├── RealNameError               real_name.*
        │   ├── RealNameRequiredError       real_name.required
        │   ├── LivenessError               real_name.liveness_failed
        │   └── RealNameDailyLimitError     real_name.daily_limit
        ├── BiometricsError             biometrics.*
        ├── UploadError                 upload.*
        ├── CardError                   card.*
        │   ├── CardMismatchError           card.mismatch
        │   ├── NoCardError                 card.none
        │   └── CardRequiredError           card.required
        ├── NotInsuredHereError         region.not_insured_here
        ├── ECredentialError            e_credential.*
        │   ├── ECredentialUnknownError     e_credential.unknown
        │   ├── ECredentialExpiredError     e_credential.expired
        │   └── ECredentialUsedError        e_credential.used
        ├── CaptchaError                captcha.*
        │   ├── CaptchaWrongError           captcha.wrong
        │   ├── CaptchaExpiredError         captcha.expired
        │   ├── CaptchaUsedError            captcha.used
        │   └── CaptchaUnknownError         captcha.unknown
        ├── AuthorisationError          authorisation.*, application.*, wechat.*, alipay.*
        │   ├── ConsentRefusedError         authorisation.refused_by_user
        │   ├── WrongCardPasswordError      authorisation.wrong_card_password
        │   ├── CardLockedError             authorisation.card_locked
        │   └── ScopeNotGrantedError        authorisation.scope_not_granted
        ├── FamilyError                 family.*
        │   └── FamilyConsentError          family.consent_required
        ├── AlertError                  alert.*
        ├── CatalogueError              catalogue.*
        │   └── NotListedError              catalogue.not_listed
        ├── SupportError                support.*, ticket.*
        ├── RateLimitedError            rate.*, rate_limit.*; any unknown code with HTTP 429
        ├── ServerFailureError          server.*, system.*; any unknown code with HTTP 5xx
        └── WorldError                  world.*, clock.*, policy.*, person.*, region.*, platform.*,
                                        journal.*, ledger.*, control.*, anomaly.*

A code that is not listed is its nearest family's: `sms.something_new` is an `SmsError`.
`LockedError` and its neighbours carry what a program needs to react, not only what people read.
"""

from yibao_client.errors.access import (
    AccountError,
    AccountExistsError,
    AccountUnknownError,
    LockedError,
    PasswordError,
    PasswordExpiredError,
    ReusedPasswordError,
    SecondFactorError,
    SecondFactorExpiredError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    SessionError,
    SessionExpiredError,
    SignInError,
    SmsCodeExpiredError,
    SmsDailyLimitError,
    SmsError,
    SmsTooManyTriesError,
    SmsTooSoonError,
    WeakPasswordError,
    WrongOldPasswordError,
    WrongPasswordError,
    WrongSmsCodeError,
)
from yibao_client.errors.base import (
    ConnectionFailedError,
    ConnectionLostError,
    NobodyFitsError,
    NoMessageError,
    ProtocolError,
    RequestTimeoutError,
    TransportError,
    YibaoError,
)
from yibao_client.errors.by_code import refused
from yibao_client.errors.identity import (
    BiometricsError,
    CaptchaError,
    CaptchaExpiredError,
    CaptchaUnknownError,
    CaptchaUsedError,
    CaptchaWrongError,
    CardError,
    CardMismatchError,
    CardRequiredError,
    ECredentialError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    LivenessError,
    NoCardError,
    NotInsuredHereError,
    RealNameDailyLimitError,
    RealNameError,
    RealNameRequiredError,
    UploadError,
)
from yibao_client.errors.refusal import Refusal, RefusedError
from yibao_client.errors.service import (
    CatalogueError,
    InvalidRequestError,
    NotListedError,
    RateLimitedError,
    ServerFailureError,
    SupportError,
    WorldError,
)
from yibao_client.errors.third_party import (
    AlertError,
    AuthorisationError,
    CardLockedError,
    ConsentRefusedError,
    FamilyConsentError,
    FamilyError,
    ScopeNotGrantedError,
    WrongCardPasswordError,
)

__all__ = [
    "AccountError",
    "AccountExistsError",
    "AccountUnknownError",
    "AlertError",
    "AuthorisationError",
    "BiometricsError",
    "CaptchaError",
    "CaptchaExpiredError",
    "CaptchaUnknownError",
    "CaptchaUsedError",
    "CaptchaWrongError",
    "CardError",
    "CardLockedError",
    "CardMismatchError",
    "CardRequiredError",
    "CatalogueError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ConsentRefusedError",
    "ECredentialError",
    "ECredentialExpiredError",
    "ECredentialUnknownError",
    "ECredentialUsedError",
    "FamilyConsentError",
    "FamilyError",
    "InvalidRequestError",
    "LivenessError",
    "LockedError",
    "NoCardError",
    "NoMessageError",
    "NobodyFitsError",
    "NotInsuredHereError",
    "NotListedError",
    "PasswordError",
    "PasswordExpiredError",
    "ProtocolError",
    "RateLimitedError",
    "RealNameDailyLimitError",
    "RealNameError",
    "RealNameRequiredError",
    "Refusal",
    "RefusedError",
    "RequestTimeoutError",
    "ReusedPasswordError",
    "ScopeNotGrantedError",
    "SecondFactorError",
    "SecondFactorExpiredError",
    "SecondFactorRequiredError",
    "SecondFactorWrongError",
    "ServerFailureError",
    "SessionError",
    "SessionExpiredError",
    "SignInError",
    "SmsCodeExpiredError",
    "SmsDailyLimitError",
    "SmsError",
    "SmsTooManyTriesError",
    "SmsTooSoonError",
    "SupportError",
    "TransportError",
    "UploadError",
    "WeakPasswordError",
    "WorldError",
    "WrongCardPasswordError",
    "WrongOldPasswordError",
    "WrongPasswordError",
    "WrongSmsCodeError",
    "YibaoError",
    "refused",
]
