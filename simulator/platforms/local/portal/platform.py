"""The portal of a local platform: the same calls, under paths and names of its own (*assumed*)."""

from typing import Final

from simulator.errors import (
    CaptchaExpiredError,
    CaptchaUnknownError,
    CaptchaUsedError,
    CaptchaWrongError,
)
from simulator.platforms.local.areas import locate_where
from simulator.platforms.local.platform import NAME
from simulator.platforms.local.portal import listing_schemas, listings, schemas, views
from simulator.platforms.local.portal.dialect import PortalDialect
from simulator.platforms.local.spoken import refusals_of, spoken
from simulator.services.e_credentials import SHEET_KINDS
from simulator.web.operations import Operation, Platform

_CAPTCHA_REFUSALS: Final = (
    CaptchaUnknownError,
    CaptchaExpiredError,
    CaptchaUsedError,
    CaptchaWrongError,
)

OPERATIONS: Final = (
    Operation(
        name="captcha",
        method="GET",
        path="/user/captcha",
        view=views.read_captcha,
        summary="A picture whose text a login with password takes",
        answer=schemas.CaptchaAnswer(),
        slow=True,
    ),
    spoken(
        "send_sms_code",
        "/user/smsCode",
        view=views.send_sms_code,
        body=schemas.SmsCodeBody(),
        answer=schemas.SmsCodeAnswer(),
    ),
    spoken(
        "register",
        "/user/register",
        view=views.register,
        body=schemas.RegistrationBody(),
        answer=schemas.NewAccountAnswer(),
    ),
    spoken(
        "sign_in",
        "/user/login",
        view=views.log_in,
        summary="Log in by phone, ID or card number, with password and captcha or with an SMS code",
        body=schemas.LoginBody(),
        answer=schemas.SessionAnswer(),
        refusals=(*refusals_of("sign_in"), *_CAPTCHA_REFUSALS),
    ),
    spoken(
        "refresh_session",
        "/user/refreshToken",
        view=views.refresh_session,
        body=schemas.RefreshBody(),
        answer=schemas.SessionAnswer(),
    ),
    spoken(
        "sign_out",
        "/user/logout",
        method="POST",
        view=views.close_session,
        answer=schemas.NothingAnswer(),
    ),
    spoken(
        "reset_password",
        "/user/password/reset",
        body=schemas.PasswordResetBody(),
        answer=schemas.ChangedAnswer(),
    ),
    spoken(
        "change_password",
        "/user/password/change",
        method="POST",
        body=schemas.PasswordChangeBody(),
        answer=schemas.ChangedAnswer(),
    ),
    spoken("read_account", "/user/info", view=views.read_account, answer=schemas.AccountAnswer()),
    spoken(
        "set_second_factor",
        "/user/secondFactor",
        method="POST",
        body=schemas.SecondFactorBody(),
        answer=schemas.SecondFactorAnswer(),
    ),
    spoken(
        "upload_id_card",
        "/realName/idCard",
        view=views.upload_id_card,
        answer=schemas.IdCardAnswer(),
    ),
    spoken("upload_face", "/realName/face", view=views.upload_face, answer=schemas.FaceAnswer()),
    spoken(
        "read_insurance",
        "/psn/insuInfo",
        view=views.read_insurance,
        answer=schemas.InsuranceAnswer(),
    ),
    spoken("read_balance", "/psn/balance", view=views.read_balance, answer=schemas.BalanceAnswer()),
    spoken(
        "read_transactions",
        "/psn/acctDetail",
        view=views.read_details,
        query=schemas.DetailQuery(),
        answer=schemas.DetailAnswer(),
    ),
    spoken(
        "open_ticket",
        "/support/ticket",
        view=views.open_ticket,
        body=schemas.TicketBody(),
        answer=schemas.TicketAnswer(),
    ),
    spoken(
        "read_ticket",
        "/support/ticket/{ticket_id}",
        view=views.read_ticket,
        answer=schemas.TicketAnswer(),
    ),
    spoken(
        "list_hospitals",
        "/catalogue/hospitals",
        view=listings.list_hospitals,
        query=listing_schemas.HospitalQuery(),
        answer=listing_schemas.HospitalsAnswer(),
    ),
    spoken(
        "list_drugs",
        "/catalogue/drugs",
        view=listings.list_drugs,
        query=listing_schemas.DrugQuery(),
        answer=listing_schemas.DrugsAnswer(),
    ),
    spoken(
        "show_e_credential",
        "/psn/eCredential",
        view=listings.show_e_credential,
        answer=listing_schemas.CredentialAnswer(),
    ),
    *(spoken(f"show_e_credential_{kind}", f"/psn/eCredential.{kind}") for kind in SHEET_KINDS),
    spoken(
        "decode_e_credential",
        "/eCredential/decode",
        view=listings.decode_e_credential,
        answer=listing_schemas.DecodedAnswer(),
    ),
)


def portal_platform() -> Platform:
    """The local platforms in the portal dialect, ready to be added to the application."""
    return Platform(
        name=NAME,
        speaks="portal",
        prefix="/local/{admdvs}/portal",
        dialect=PortalDialect(),
        operations=OPERATIONS,
        title="Local platforms, portal 地方医保门户",
        locate=locate_where("portal"),
        identify=views.identify,
        credential={"type": "apiKey", "in": "header", "name": views.TOKEN_HEADER},
    )
