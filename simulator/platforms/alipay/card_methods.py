"""The methods about medical cards: whose is bound, how its owner is insured, may it be paid with.

Names are documented (domain-facts.md §6); so are the values of bind_status, sign_status,
medical_card_type, other_user_status and rels_pay_flag. Those of status, auth_stas, result_code and
the form of codes and numbers are *assumed*.
"""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from simulator.domain import gateway
from simulator.domain.identifiers import mask_card, mask_id, mask_name, mask_phone
from simulator.domain.people import Person
from simulator.platforms.alipay.methods import MethodCall
from simulator.policy import NATIONAL
from simulator.services import e_credentials, medical_cards, third_party_ids
from simulator.services.medical_cards import BoundCard, MedicalCard

_ACCOUNTS_OF: Final = NATIONAL
"""The platform whose e-credentials a payment code may be. *Assumed*."""
_CITY: Final = "CITY_INS"
"""Every pooling area here is a city's."""
_ACTIVE: Final = "1"
_AUTHORISED: Final = "1"
_NOT_AUTHORISED: Final = "0"
_FOR_ONESELF: Final = "0"
_MOBILE_PAYMENT: Final = "04107"
"""ol_biz_type_code with which a payment number is answered (documented)."""
_SCOPE: Final = "nhsamp"
_SUCCESS: Final = "SUCCESS"


def query_card(call: MethodCall) -> dict[str, Any]:
    """alipay.commerce.medical.card.query"""
    given, visit = call.given, call.visit
    person = _person(call)
    bound = medical_cards.bound_card(visit, call.application, person, given["ins_type"])
    if bound is None or given.get("card_org_no") not in (None, bound.card.issuer_code):
        return {"bind_status": "NOT_BIND", "sign_status": "unsigned"}
    if bound.card.is_bound_elsewhere:
        return {
            "bind_status": "OTHER_BIND",
            "sign_status": "unsigned",
            "other_user_logon_id": mask_phone(person.phone),
            "other_user_status": "on",
        }
    family = medical_cards.cards_of_family(visit, bound, call.application)
    signed = gateway.write_timestamp(bound.grant.granted_ms)
    return {
        "bind_status": "BINDED",
        **_card(bound.card, signed),
        "agreement_no": bound.agreement_no,
        **_ids(call, bound),
        "extend_cards": [_card(each, signed) for each in family],
    }


def query_own_card(call: MethodCall) -> dict[str, Any]:
    """alipay.commerce.medical.card.auth.query"""
    visit = call.visit
    card, is_relatives = medical_cards.card_by_id_number(
        visit, call.granted, call.given.get("patient_cert_no")
    )
    if card is None:
        return _failed("CARD_NOT_FOUND", "未查询到就诊人的医保电子凭证")
    data = {
        "medical_card_id": card.card_id,
        "status": _ACTIVE,
        "insured_cities": {
            "city_code": card.area.admdvs,
            "ins_city_code": card.area.admdvs,
            "ins_city_name": card.area.name,
            "is_default_city": "true",
        },
        "insured_status": medical_cards.insured_state(visit, card.person),
    }
    if is_relatives:
        data["family_medical_card_id"] = card.card_id
        data["family_user_id"] = third_party_ids.user_id(visit.world, card.person)
        data["medical_card_id"] = medical_cards.card_of(visit, call.granted.person).card_id
    return {"data": data, "result_code": _SUCCESS}


def query_consent(call: MethodCall) -> dict[str, Any]:
    """alipay.commerce.medical.authinfo.auth.query"""
    given, visit = call.given, call.visit
    person = call.person(given.get("alipay_user_id"), given.get("open_id"))
    if not medical_cards.is_institution(visit, given["org_code"]):
        return _failed("ORG_NOT_FOUND", "定点医药机构不存在")
    request_no = given["req_biz_no"]
    consent = medical_cards.payment_consent(visit, call.application, person, request_no)
    common = {"req_biz_no": request_no, "openapi_app_id": call.application.app_id}
    if consent.grant is None:
        data = {**common, "auth_stas": _NOT_AUTHORISED, "auth_url": _page(call, request_no)}
        return {"data": data, "result_code": _SUCCESS}
    card = consent.card
    data = {
        **common,
        "auth_no": consent.auth_no,
        "auth_stas": _AUTHORISED,
        "auth_time": gateway.write_timestamp(consent.grant.granted_ms),
        "medical_card_id": card.card_id,
        "medical_card_inst_id": card.issuer_code,
        "medical_card_status": _ACTIVE,
        "insu_org": card.area.admdvs,
        "rels_pay_flag": _FOR_ONESELF,
    }
    if given.get("ol_biz_type_code", _MOBILE_PAYMENT) == _MOBILE_PAYMENT:
        data["pay_auth_no"] = consent.pay_auth_no
    return {"data": data, "result_code": _SUCCESS}


def _person(call: MethodCall) -> Person:
    """Whose card is asked about; a payment code is one that the owner's e-credential shows.

    Raises OpenIdUnknownError or an ECredentialError.
    """
    given = call.given
    if "buyer_id" in given or "open_id" in given:
        return call.person(given.get("buyer_id"), given.get("open_id"))
    at_the_insurer = replace(call.visit, platform=_ACCOUNTS_OF)
    person = e_credentials.decode(at_the_insurer, given["auth_code"]).person
    call.about(person)
    return person


def _card(card: MedicalCard, signed: str) -> dict[str, Any]:
    return {
        "sign_status": "signed",
        "medical_card_id": card.card_id,
        "medical_card_no": mask_card(card.person.card_number),
        "medical_card_type": _CITY,
        "card_org_no": card.issuer_code,
        "card_org_name": card.issuer_name,
        "city": card.area.admdvs,
        "out_user_name": mask_name(card.person.name),
        "out_user_card_no": mask_id(card.person.id_number),
        "gmt_sign": signed,
    }


def _ids(call: MethodCall, bound: BoundCard) -> dict[str, str]:
    world, person = call.visit.world, bound.card.person
    return {
        "buyer_user_id": third_party_ids.user_id(world, person),
        "open_id": third_party_ids.open_id(world, "alipay", call.application.app_id, person),
    }


def _page(call: MethodCall, state: str) -> str:
    """Where the person can agree."""
    query = {
        "app_id": call.application.app_id,
        "scope": _SCOPE,
        "redirect_uri": call.given["call_url"],
        "state": state,
    }
    return f"{call.base_url}/oauth2/publicAppAuthorize.htm?{urlencode(query)}"


def _failed(result_code: str, message: str) -> dict[str, Any]:
    return {"result_code": result_code, "error_message": message}
