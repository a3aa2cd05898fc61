"""The legacy portal of a local platform: the same calls as forms to `*.do` (paths *assumed*)."""

from functools import partial
from typing import Final

from simulator.platforms.local.areas import locate_where
from simulator.platforms.local.legacy import (
    cookies,
    listing_schemas,
    listings,
    schemas,
    views,
)
from simulator.platforms.local.legacy.dialect import LegacyDialect
from simulator.platforms.local.platform import NAME
from simulator.platforms.local.spoken import spoken
from simulator.services.e_credentials import SHEET_KINDS
from simulator.web.operations import Platform

_form = partial(spoken, method="POST", form=True, query=None, path_notes=None)
"""A call whose input is a form, whatever the modern one takes."""

OPERATIONS: Final = (
    _form(
        "send_sms_code",
        "/sendSms.do",
        view=views.send_sms_code,
        body=schemas.SmsCodeBody(),
        answer=schemas.SmsCodeAnswer(),
    ),
    _form(
        "register",
        "/register.do",
        view=views.register,
        body=schemas.RegistrationBody(),
        answer=schemas.NewAccountAnswer(),
    ),
    _form(
        "sign_in",
        "/login.do",
        view=views.log_in,
        summary="Log in by ID number, card number or phone; sets the cookies of the session",
        body=schemas.LoginBody(),
        answer=schemas.SessionAnswer(),
    ),
    _form(
        "refresh_session",
        "/renew.do",
        view=views.renew_session,
        summary="Exchange the cookie REMEMBERME for new cookies",
        body=schemas.NothingBody(),
        answer=schemas.SessionAnswer(),
    ),
    _form(
        "sign_out",
        "/logout.do",
        view=views.close_session,
        body=schemas.NothingBody(),
        answer=schemas.DoneAnswer(),
    ),
    _form(
        "reset_password",
        "/resetPassword.do",
        view=views.reset_password,
        body=schemas.PasswordResetBody(),
        answer=schemas.DoneAnswer(),
    ),
    _form(
        "change_password",
        "/changePassword.do",
        view=views.change_password,
        body=schemas.PasswordChangeBody(),
        answer=schemas.DoneAnswer(),
    ),
    _form(
        "read_account",
        "/queryAccount.do",
        view=views.read_account,
        body=schemas.NothingBody(),
        answer=schemas.AccountAnswer(),
    ),
    _form(
        "set_second_factor",
        "/setSecondFactor.do",
        view=views.set_second_factor,
        body=schemas.SecondFactorBody(),
        answer=schemas.SecondFactorAnswer(),
    ),
    spoken(
        "upload_id_card",
        "/uploadIdCard.do",
        view=views.upload_id_card,
        answer=schemas.IdCardAnswer(),
    ),
    spoken("upload_face", "/uploadFace.do", view=views.upload_face, answer=schemas.FaceAnswer()),
    _form(
        "read_insurance",
        "/queryInsurance.do",
        view=views.read_insurance,
        body=schemas.NothingBody(),
        answer=schemas.InsuranceAnswer(),
    ),
    _form(
        "read_balance",
        "/queryBalance.do",
        view=views.read_balance,
        body=schemas.NothingBody(),
        answer=schemas.BalanceAnswer(),
    ),
    _form(
        "read_transactions",
        "/queryHistory.do",
        view=views.read_history,
        body=schemas.HistoryBody(),
        answer=schemas.HistoryAnswer(),
    ),
    _form(
        "open_ticket",
        "/openTicket.do",
        view=views.open_ticket,
        body=schemas.TicketBody(),
        answer=schemas.TicketAnswer(),
    ),
    _form(
        "read_ticket",
        "/queryTicket.do",
        view=views.read_ticket,
        body=schemas.TicketReferenceBody(),
        answer=schemas.TicketAnswer(),
    ),
    _form(
        "list_hospitals",
        "/queryHospitals.do",
        view=listings.list_hospitals,
        body=listing_schemas.HospitalBody(),
        answer=listing_schemas.HospitalsAnswer(),
    ),
    _form(
        "list_drugs",
        "/queryDrugs.do",
        view=listings.list_drugs,
        body=listing_schemas.DrugBody(),
        answer=listing_schemas.DrugsAnswer(),
    ),
    _form(
        "show_e_credential",
        "/queryCredential.do",
        view=listings.show_e_credential,
        body=schemas.NothingBody(),
        answer=listing_schemas.CredentialAnswer(),
    ),
    *(spoken(f"show_e_credential_{kind}", f"{listings.SHEETS}.{kind}") for kind in SHEET_KINDS),
    _form(
        "decode_e_credential",
        "/decodeCredential.do",
        view=listings.decode_e_credential,
        body=listing_schemas.TokenBody(),
        answer=listing_schemas.DecodedAnswer(),
    ),
)


def legacy_platform() -> Platform:
    """The local platforms in the legacy dialect, ready to be added to the application."""
    return Platform(
        name=NAME,
        speaks="legacy",
        prefix="/local/{admdvs}/legacy",
        dialect=LegacyDialect(),
        operations=OPERATIONS,
        title="Local platforms, legacy portal 地方医保旧版门户",
        locate=locate_where("legacy"),
        identify=views.identify,
        credential={"type": "apiKey", "in": "cookie", "name": cookies.SESSION},
    )
