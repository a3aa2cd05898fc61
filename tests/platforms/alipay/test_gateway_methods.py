"""Each method of the gateway: what it answers, and when it refuses."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

TOKEN = "alipay.system.oauth.token"
SHARE = "alipay.user.info.share"
CARD = "alipay.commerce.medical.card.query"
OWN_CARD = "alipay.commerce.medical.card.auth.query"
CONSENT = "alipay.commerce.medical.authinfo.auth.query"
BEGIN = "alipay.user.certify.open.initialize"
CERTIFIED = "alipay.user.certify.open.query"
NOTIFY = "alipay.commerce.medical.message.notify"


# --- tokens -----------------------------------------------------------------------------------


def exchange(application, code):
    return application.call(TOKEN, grant_type="authorization_code", code=code)


def refresh(application, token):
    return application.call(TOKEN, grant_type="refresh_token", refresh_token=token)


def test_code_becomes_tokens_that_open_the_insurers_data(world, application) -> None:
    person = world.person()
    told = exchange(application, application.consent(person))
    tokens = told.data
    assert told.name == "alipay_system_oauth_token_response"
    assert tokens.keys() == {
        "access_token",
        "refresh_token",
        "expires_in",
        "re_expires_in",
        "user_id",
        "open_id",
        "auth_start",
    }
    assert (tokens["expires_in"], tokens["re_expires_in"]) == (1_296_000, 2_592_000)
    assert tokens["auth_start"] == "2026-06-15 10:00:00"
    assert tokens["user_id"].startswith("2088")
    balance = world.client.get(
        f"/w/{world.name}/alipay/yibao/v1/balance",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )
    assert balance.status_code == 200


def test_code_works_once_and_ends_what_came_of_it_when_it_comes_again(world, application) -> None:
    code = application.consent(world.person())
    tokens = exchange(application, code).data
    again = exchange(application, code)
    assert (again.name, again.refusal) == ("error_response", ("40002", "isv.code-invalid"))
    told = application.call(SHARE, auth_token=tokens["access_token"])
    assert told.refusal == ("20001", "aop.invalid-auth-token")


def test_code_expires_after_a_day(world, application) -> None:
    person = world.person()
    early, late = application.consent(person), application.consent(person)
    world.advance(seconds=86_399)
    assert exchange(application, early).refusal is None
    world.advance(seconds=1)
    assert exchange(application, late).refusal == ("40002", "isv.code-invalid")


def test_code_of_another_application_is_invalid_and_not_spoilt(world, application, join) -> None:
    code = application.consent(world.person())
    other = exchange(join(world, name="第二个"), code)
    assert other.refusal == ("40002", "isv.code-invalid")
    assert exchange(application, code).refusal is None


@pytest.mark.parametrize("code", [None, "", "x", "é", "0" * 40])
def test_code_that_was_never_given_is_invalid(application, code) -> None:
    assert exchange(application, code).refusal == ("40002", "isv.code-invalid")


def test_refresh_gives_a_new_pair_and_ends_the_old_one(world, application) -> None:
    tokens = application.tokens(world.person())
    world.advance(days=16)
    assert application.call(SHARE, auth_token=tokens["access_token"]).refusal == (
        "20001",
        "aop.auth-token-time-out",
    )
    fresh = refresh(application, tokens["refresh_token"]).data
    assert fresh["user_id"] == tokens["user_id"]
    assert fresh["open_id"] == tokens["open_id"]
    assert application.call(SHARE, auth_token=fresh["access_token"]).refusal is None
    reused = refresh(application, tokens["refresh_token"])
    assert (reused.name, reused.refusal) == (
        "error_response",
        ("40002", "isv.refresh-token-invalid"),
    )
    assert refresh(application, fresh["refresh_token"]).refusal == (
        "40002",
        "isv.refresh-token-invalid",
    )


def test_refresh_token_expires(world, application) -> None:
    tokens = application.tokens(world.person())
    world.advance(seconds=tokens["re_expires_in"])
    assert refresh(application, tokens["refresh_token"]).refusal == (
        "40002",
        "isv.refresh-token-time-out",
    )


@pytest.mark.parametrize("token", [None, "", "x", "0" * 40])
def test_refresh_token_that_was_never_given_is_invalid(application, token) -> None:
    assert refresh(application, token).refusal == ("40002", "isv.refresh-token-invalid")


@pytest.mark.parametrize("grant_type", [None, "", "password", "AUTHORIZATION_CODE"])
def test_other_grant_types_are_refused(application, grant_type) -> None:
    told = application.call(TOKEN, grant_type=grant_type, code="x")
    assert told.refusal == ("40002", "isv.grant-type-invalid")


# --- who somebody is --------------------------------------------------------------------------


def test_user_info_tells_who_let_the_application_in(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    info = application.call(SHARE, auth_token=tokens["access_token"]).data
    assert info["user_id"] == tokens["user_id"]
    assert info["open_id"] == tokens["open_id"]
    assert info["user_name"] == person["name"]
    assert info["gender"] == {"male": "m", "female": "f"}[person["sex"]]
    assert (info["cert_type"], info["is_certified"]) == ("0", "T")
    assert info["cert_no"][:6] == person["id_number"][:6]
    assert person["id_number"] not in str(info)
    assert person["phone"] not in str(info)
    world.set_policy({"gateway.masks_identity": False})
    info = application.call(SHARE, auth_token=tokens["access_token"]).data
    assert (info["cert_no"], info["mobile"]) == (person["id_number"], person["phone"])


# --- cards ------------------------------------------------------------------------------------


def test_card_of_somebody_who_consented_is_bound(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    by_user = application.call(CARD, {"buyer_id": tokens["user_id"], "ins_type": "YB"}).data
    by_open = application.call(CARD, {"open_id": tokens["open_id"], "ins_type": "YB"}).data
    assert by_user == by_open
    assert (by_user["bind_status"], by_user["sign_status"]) == ("BINDED", "signed")
    assert by_user["medical_card_type"] == "CITY_INS"
    assert by_user["card_org_no"] == f"YB{person['region']}"
    assert by_user["card_org_name"].endswith("医疗保障局")
    assert by_user["city"] == person["region"]
    assert by_user["gmt_sign"] == "2026-06-15 10:00:00"
    assert by_user["out_user_name"][0] == person["name"][0]
    assert by_user["extend_cards"] == []
    for secret in ("name", "id_number", "card_number", "phone"):
        assert person[secret] not in str(by_user)


def test_card_without_a_kind_is_that_of_social_security(world, application) -> None:
    tokens = application.tokens(world.person())
    card = application.call(CARD, {"buyer_id": tokens["user_id"]}).data
    assert card["card_org_name"].endswith("人力资源和社会保障局")


def test_card_is_not_bound_without_consent_and_after_it_ended(world, application, join) -> None:
    person = world.person()
    tokens = application.tokens(person)
    of_other = {"buyer_id": tokens["user_id"], "ins_type": "YB"}
    second = join(world, name="第二个")
    unbound = {"code": "10000", "msg": "Success"}
    unbound |= {"bind_status": "NOT_BIND", "sign_status": "unsigned"}
    assert second.call(CARD, of_other).data == unbound
    # Its own open id is another than that of the application that was let in.
    assert second.call(CARD, {"open_id": tokens["open_id"]}).refusal == (
        "40004",
        "USER_NOT_EXIST",
    )
    narrow = second.tokens(person, "auth_base")
    assert second.call(CARD, {"open_id": narrow["open_id"]}).data == unbound
    path = f"/w/{world.name}/alipay/yibao/v1/authorisation"
    world.client.delete(path, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert application.call(CARD, of_other).data == unbound


def test_card_stays_bound_while_the_consent_can_be_refreshed(world, application) -> None:
    tokens = application.tokens(world.person())
    biz = {"buyer_id": tokens["user_id"]}
    world.advance(days=29)
    assert application.call(CARD, biz).data["bind_status"] == "BINDED"
    world.advance(days=1)
    assert application.call(CARD, biz).data["bind_status"] == "NOT_BIND"


def test_card_of_another_issuer_is_not_bound(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    biz = {"buyer_id": tokens["user_id"], "ins_type": "YB"}
    for issuer, status in [(f"YB{person['region']}", "BINDED"), ("YB000000", "NOT_BIND")]:
        found = application.call(CARD, biz | {"card_org_no": issuer}).data
        assert found["bind_status"] == status


def test_card_may_be_bound_by_another_account(world, application) -> None:
    tokens = application.tokens(world.person())
    world.set_policy({"gateway.bound_elsewhere_per_mille": 1000})
    card = application.call(CARD, {"buyer_id": tokens["user_id"]}).data
    assert (card["bind_status"], card["other_user_status"]) == ("OTHER_BIND", "on")
    assert "****" in card["other_user_logon_id"]
    assert "medical_card_id" not in card


def test_payment_code_is_an_e_credential_that_is_shown(world, application) -> None:
    person = world.person()
    world.set_policy({"accounts.shared_with_national": True})
    world.set_account(person, real_name="verified", registered=True)
    application.tokens(person)
    at_home = world.local(person["region"])
    credential = at_home.ask("GET", "/e-credential", token=at_home.sign_in(person))
    biz = {"auth_code": credential.data["token"], "scene": "bar_code", "ins_type": "YB"}
    assert application.call(CARD, biz).data["bind_status"] == "BINDED"
    assert application.call(CARD, biz).refusal == ("40004", "AUTH_CODE_INVALID")


def test_cards_of_relatives_who_share_are_listed(world, application) -> None:
    person, relative = with_family(world)
    holder = application.tokens(person)
    application.tokens(relative, "mutual_aid")
    card = application.call(CARD, {"buyer_id": holder["user_id"], "ins_type": "YB"}).data
    [shared] = card["extend_cards"]
    assert shared["out_user_name"][0] == relative["name"][0]
    assert shared["medical_card_id"] != card["medical_card_id"]


def with_family(world):
    """Somebody, and a relative of theirs who is insured."""
    for person in world.people(count=60):
        for tie in person["family"]:
            relative = world.control("GET", f"/people/{tie['id_number']}").data
            if relative["insurance"][0]["state"] == "normal":
                return person, relative
    raise AssertionError("nobody has family")


def test_signed_in_person_sees_their_own_card(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    for named in ({}, {"patient_cert_no": person["id_number"]}):
        told = application.call(OWN_CARD, named, auth_token=tokens["access_token"]).data
        assert told["result_code"] == "SUCCESS"
        assert told["data"]["status"] == "1"
        assert told["data"]["insured_status"] == "1"
        assert told["data"]["insured_cities"]["ins_city_code"] == person["region"]
        card = application.call(CARD, {"buyer_id": tokens["user_id"]}).data
        assert told["data"]["medical_card_id"] == card["medical_card_id"]


def test_relatives_card_is_seen_once_they_share_it(world, application) -> None:
    person, relative = with_family(world)
    token = application.tokens(person)["access_token"]
    biz = {"patient_cert_no": relative["id_number"], "relation_type": "1"}
    told = application.call(OWN_CARD, biz, auth_token=token).data
    assert told["result_code"] == "CARD_NOT_FOUND"
    shared = application.tokens(relative, "mutual_aid")
    data = application.call(OWN_CARD, biz, auth_token=token).data["data"]
    assert data["family_user_id"] == shared["user_id"]
    assert data["family_medical_card_id"] != data["medical_card_id"]


def test_suspended_insurance_is_told(world, application) -> None:
    person = world.person()
    _ = world.control("PUT", f"/people/{person['id_number']}/anomalies", {"suspended": True}).data
    token = application.tokens(person)["access_token"]
    world.advance(days=1)
    told = application.call(OWN_CARD, {}, auth_token=token).data
    assert told["data"]["insured_status"] == "2"


def institution(world, person):
    return world.local(person["region"]).ask("GET", "/hospitals").data["items"][0]["code"]


def test_consent_to_pay_is_told_with_a_payment_number(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    biz = {
        "alipay_user_id": tokens["user_id"],
        "req_biz_no": "REQ1",
        "call_url": "http://127.0.0.1:5000/callback",
        "org_code": institution(world, person),
    }
    told = application.call(CONSENT, biz).data
    data = told["data"]
    assert told["result_code"] == "SUCCESS"
    assert (data["auth_stas"], data["req_biz_no"], data["rels_pay_flag"]) == ("1", "REQ1", "0")
    assert data["insu_org"] == person["region"]
    assert data["pay_auth_no"].startswith(f"AUTH{person['region']}")
    again = application.call(CONSENT, biz | {"ol_biz_type_code": "01101"}).data["data"]
    assert "pay_auth_no" not in again
    assert again["auth_no"] == data["auth_no"]


def test_whoever_has_not_consented_is_led_to_where_they_can(world, application) -> None:
    person = world.person()
    user_id = application.tokens(person, "auth_base")["user_id"]
    biz = {
        "alipay_user_id": user_id,
        "req_biz_no": "REQ1",
        "call_url": "http://127.0.0.1:5000/callback",
        "org_code": institution(world, person),
    }
    data = application.call(CONSENT, biz).data["data"]
    assert data["auth_stas"] == "0"
    assert "auth_no" not in data
    assert "medical_card_id" not in data
    page = urlsplit(data["auth_url"])
    assert page.netloc == "localhost"
    assert world.client.get(f"{page.path}?{page.query}").status_code == 200
    card = {"card_number": person["card_number"], "card_password": person["card_password"]}
    agreed = world.client.post(f"{page.path}?{page.query}", data=card)
    back = parse_qs(urlsplit(agreed.headers["Location"]).query)
    assert back["state"] == ["REQ1"]
    _ = application.call(TOKEN, grant_type="authorization_code", code=back["auth_code"][0]).data
    assert application.call(CONSENT, biz).data["data"]["auth_stas"] == "1"


def test_unknown_institution_is_told_as_a_result(world, application) -> None:
    user_id = application.tokens(world.person())["user_id"]
    biz = {"alipay_user_id": user_id, "req_biz_no": "1", "call_url": "http://x/", "org_code": "H"}
    told = application.call(CONSENT, biz).data
    assert told["result_code"] == "ORG_NOT_FOUND"
    assert "data" not in told


# --- certification ----------------------------------------------------------------------------


def certification(person, order="ORDER1", **changes):
    identity = {
        "identity_type": "CERT_INFO",
        "cert_type": "IDENTITY_CARD",
        "cert_name": person["name"],
        "cert_no": person["id_number"],
    }
    identity |= {name: value for name, value in changes.items() if name in identity}
    biz = {"outer_order_no": order, "biz_code": "FACE", "identity_param": identity}
    return biz | {name: value for name, value in changes.items() if name not in identity}


def outcome(application, biz):
    begun = application.call(BEGIN, biz).data
    return application.call(CERTIFIED, {"certify_id": begun["certify_id"]}).data


def test_right_name_and_number_pass(world, application) -> None:
    person = world.person()
    told = outcome(application, certification(person, merchant_config={"return_url": "http://x/"}))
    assert (told["passed"], told["material_info"]) == ("T", "{}")
    identity = orjson.loads(told["identity_info"])
    assert identity["cert_no"] == person["id_number"]
    assert "fail_reason" not in told


def test_identity_may_be_sent_as_text(world, application) -> None:
    biz = certification(world.person())
    biz["identity_param"] = orjson.dumps(biz["identity_param"]).decode()
    assert outcome(application, biz)["passed"] == "T"
    biz["identity_param"] = "{"
    assert application.call(BEGIN, biz).refusal == ("40002", "isv.invalid-parameter")


def test_failure_says_why_only_where_policy_lets_it(world, application) -> None:
    person = world.person()
    biz = certification(person, cert_name="某某")
    told = outcome(application, biz)
    assert told["passed"] == "F"
    assert "fail_reason" not in told
    world.set_policy({"gateway.discloses_fail_reason": True})
    assert outcome(application, biz)["fail_reason"] == "姓名与证件号码不匹配"
    nobody = certification(person, "ORDER2", cert_no="110101199003078881")
    assert outcome(application, nobody)["fail_reason"] == "证件号码不存在"
    world.set_policy({"real_name": {"deceased_per_mille": 1000, "deceased_from_age": 0}})
    dead = certification(person, "ORDER3")
    assert outcome(application, dead)["fail_reason"] == "证件信息无法核验"


def test_picture_is_held_against_the_registers_portrait(world, application) -> None:
    person = world.person()
    world.set_policy({"gateway.discloses_fail_reason": True})

    def told(order, **conditions):
        picture = b64encode(world.picture(person, "face", **conditions)).decode()
        return outcome(application, certification(person, order, face_contrast_picture=picture))

    assert told("A")["passed"] == "T"
    assert told("B", other=True)["fail_reason"] == "人脸比对不一致"
    assert told("C", darkness=0.2)["fail_reason"] == "照片质量不合格"


@pytest.mark.parametrize("picture", ["!", "", b64encode(b"GIF89a").decode(), 5])
def test_what_is_no_picture_is_refused(world, application, picture) -> None:
    biz = certification(world.person(), face_contrast_picture=picture)
    assert application.call(BEGIN, biz).refusal == ("40002", "isv.invalid-parameter")


def test_same_order_is_the_same_certification_and_another_one_is_refused(world, application):
    person = world.person()
    first = application.call(BEGIN, certification(person)).data
    assert application.call(BEGIN, certification(person)).data == first
    other = application.call(BEGIN, certification(person, biz_code="CERT_PHOTO"))
    assert other.refusal == ("40004", "OUTER_ORDER_NO_REPEATED")


def test_certification_is_the_applications_own_and_ends(world, application, join) -> None:
    begun = application.call(BEGIN, certification(world.person())).data
    query = {"certify_id": begun["certify_id"]}
    other = join(world, name="第二个").call(CERTIFIED, query)
    assert other.refusal == ("40004", "CERTIFY_ID_NOT_EXIST")
    world.advance(seconds=86_399)
    assert application.call(CERTIFIED, query).data["passed"] == "T"
    world.advance(seconds=1)
    expired = application.call(CERTIFIED, query)
    assert expired.refusal == ("40004", "CERTIFY_ID_EXPIRED")
    assert expired.inner["sub_msg"] == "认证已失效"


@pytest.mark.parametrize("order", ["", "x" * 33, "a-b", "单号", "a\n"])
def test_order_number_has_letters_and_digits(world, application, order) -> None:
    biz = certification(world.person(), order)
    assert application.call(BEGIN, biz).refusal == ("40002", "isv.invalid-parameter")


# --- messages ---------------------------------------------------------------------------------


def test_message_lies_in_the_inbox_once_however_often_it_is_sent(world, application) -> None:
    person = world.person()
    tokens = application.tokens(person)
    biz = {
        "biz_type": "balance",
        "template_code": "LOW_BALANCE",
        "out_msg_id": "M1",
        "to_user_id": tokens["user_id"],
        "msg_arg_list": [{"key": "余额", "value": "12.00元"}, {"key": "时间", "value": "今天"}],
    }
    sent = application.call(NOTIFY, biz).data
    by_open_id = biz | {"to_open_id": tokens["open_id"]}
    del by_open_id["to_user_id"]
    assert application.call(NOTIFY, by_open_id).data == sent
    [message] = world.control("GET", f"/inbox?to={person['phone']}").data["items"]
    assert (message["kind"], message["purpose"]) == ("notice", "LOW_BALANCE")
    assert message["text"] == "【医保查询示例】余额：12.00元；时间：今天"
    other = application.call(NOTIFY, biz | {"out_msg_id": "M2", "msg_arg_list": []}).data
    assert other["msg_id"] != sent["msg_id"]
    assert len(world.control("GET", f"/inbox?to={person['phone']}").data["items"]) == 2


def test_message_to_somebody_who_did_not_let_the_application_in_is_refused(
    world, application, join
) -> None:
    user_id = application.tokens(world.person())["user_id"]
    biz = {"biz_type": "b", "template_code": "t", "out_msg_id": "1"}
    second = join(world, name="第二个")
    told = second.call(NOTIFY, biz | {"to_user_id": user_id})
    assert told.refusal == ("40004", "USER_NOT_AUTHORIZED")
    nobody = second.call(NOTIFY, biz | {"to_user_id": "2088000000000000x"})
    assert nobody.refusal == ("40004", "USER_NOT_EXIST")
    assert world.control("GET", "/inbox").data["items"] == []
