"""The methods that the gateway knows."""

from collections.abc import Mapping
from typing import Final

from simulator.errors import (
    ApplicationImpostorError,
    ApplicationRevokedError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
    BodyTooLargeError,
    CallQuotaError,
    CertificationExpiredError,
    CertificationRepeatedError,
    CertificationUnknownError,
    CodeExpiredError,
    CodeUnknownError,
    CodeUsedError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    GrantRevokedError,
    GrantTokenExpiredError,
    GrantTokenUnknownError,
    InvalidParameterError,
    MissingParameterError,
    NoKeyOfTypeError,
    NotAnImageError,
    NotFollowingError,
    NotPermittedError,
    OpenIdUnknownError,
    PkceFailedError,
    RateLimitError,
    RefreshTokenExpiredError,
    RefreshTokenUnknownError,
    ScopeNotGrantedError,
    ServiceBusyError,
    SimulatorError,
    StaleTimestampError,
    UnknownMethodError,
    UnsupportedImageError,
    UploadTooLargeError,
    WrongContentTypeError,
    WrongSignatureError,
)
from simulator.platforms.alipay import (
    authorisation_methods,
    card_methods,
    certify_methods,
)
from simulator.platforms.alipay import (
    method_schemas as schemas,
)
from simulator.platforms.alipay.methods import Method

_TABLE: Final = (
    Method(
        "alipay.system.oauth.token",
        authorisation_methods.exchange_token,
        schemas.TokenParameters(),
        takes_from="parameters",
        tells_code=False,
        refusals_by_name=False,
        refusals=(
            CodeUnknownError,
            CodeUsedError,
            CodeExpiredError,
            PkceFailedError,
            RefreshTokenUnknownError,
            RefreshTokenExpiredError,
        ),
    ),
    Method(
        "alipay.user.info.share",
        authorisation_methods.share_user_info,
        schemas.NoParameters(),
        takes_from="parameters",
        signed_in=True,
        right="profile",
    ),
    Method(
        "alipay.commerce.medical.card.query",
        card_methods.query_card,
        schemas.CardParameters(),
        right="insurance",
        refusals=(
            OpenIdUnknownError,
            ECredentialUnknownError,
            ECredentialExpiredError,
            ECredentialUsedError,
        ),
    ),
    Method(
        "alipay.commerce.medical.card.auth.query",
        card_methods.query_own_card,
        schemas.CardOfSignedInParameters(),
        signed_in=True,
        right="insurance",
    ),
    Method(
        "alipay.commerce.medical.authinfo.auth.query",
        card_methods.query_consent,
        schemas.ConsentParameters(),
        right="insurance",
        refusals=(OpenIdUnknownError,),
    ),
    Method(
        "alipay.user.certify.open.initialize",
        certify_methods.begin_certification,
        schemas.CertificationParameters(),
        refusals=(
            CertificationRepeatedError,
            NotAnImageError,
            UnsupportedImageError,
            UploadTooLargeError,
        ),
    ),
    Method(
        "alipay.user.certify.open.query",
        certify_methods.query_certification,
        schemas.CertificationQuery(),
        refusals=(CertificationUnknownError, CertificationExpiredError),
    ),
    Method(
        "alipay.commerce.medical.message.notify",
        certify_methods.notify,
        schemas.MessageParameters(),
        refusals=(OpenIdUnknownError, NotFollowingError),
    ),
)

METHODS: Final[Mapping[str, Method]] = {each.name: each for each in _TABLE}
"""By name."""


COMMON_REFUSALS: Final[tuple[type[SimulatorError], ...]] = (
    MissingParameterError,
    InvalidParameterError,
    NoKeyOfTypeError,
    StaleTimestampError,
    WrongSignatureError,
    ApplicationUnknownError,
    ApplicationImpostorError,
    ApplicationSuspendedError,
    ApplicationRevokedError,
    RateLimitError,
    ServiceBusyError,
    CallQuotaError,
    UnknownMethodError,
    NotPermittedError,
    GrantTokenUnknownError,
    GrantTokenExpiredError,
    GrantRevokedError,
    ScopeNotGrantedError,
    BodyTooLargeError,
    WrongContentTypeError,
)
"""What any method may be refused with."""


def all_refusals() -> tuple[type[SimulatorError], ...]:
    """Everything that the gateway may refuse, each once."""
    own = (kind for each in _TABLE for kind in each.refusals)
    return tuple(dict.fromkeys((*COMMON_REFUSALS, *own)))
