"""What an application does with Alipay's official SDK; run where that is installed.

Reads where and who from standard input, and prints what each step came to.
"""

import json
import sys

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.domain.AlipayCommerceMedicalAuthinfoAuthQueryModel import (
    AlipayCommerceMedicalAuthinfoAuthQueryModel,
)
from alipay.aop.api.domain.AlipayCommerceMedicalCardAuthQueryModel import (
    AlipayCommerceMedicalCardAuthQueryModel,
)
from alipay.aop.api.domain.AlipayCommerceMedicalCardQueryModel import (
    AlipayCommerceMedicalCardQueryModel,
)
from alipay.aop.api.domain.AlipayCommerceMedicalMessageNotifyModel import (
    AlipayCommerceMedicalMessageNotifyModel,
)
from alipay.aop.api.domain.AlipayUserCertifyOpenInitializeModel import (
    AlipayUserCertifyOpenInitializeModel,
)
from alipay.aop.api.domain.AlipayUserCertifyOpenQueryModel import AlipayUserCertifyOpenQueryModel
from alipay.aop.api.domain.MedicalMedmsgArg import MedicalMedmsgArg
from alipay.aop.api.domain.OpenCertifyIdentityParam import OpenCertifyIdentityParam
from alipay.aop.api.exception.Exception import ResponseException
from alipay.aop.api.request.AlipayCommerceMedicalAuthinfoAuthQueryRequest import (
    AlipayCommerceMedicalAuthinfoAuthQueryRequest,
)
from alipay.aop.api.request.AlipayCommerceMedicalCardAuthQueryRequest import (
    AlipayCommerceMedicalCardAuthQueryRequest,
)
from alipay.aop.api.request.AlipayCommerceMedicalCardQueryRequest import (
    AlipayCommerceMedicalCardQueryRequest,
)
from alipay.aop.api.request.AlipayCommerceMedicalMessageNotifyRequest import (
    AlipayCommerceMedicalMessageNotifyRequest,
)
from alipay.aop.api.request.AlipaySystemOauthTokenRequest import AlipaySystemOauthTokenRequest
from alipay.aop.api.request.AlipayUserCertifyOpenInitializeRequest import (
    AlipayUserCertifyOpenInitializeRequest,
)
from alipay.aop.api.request.AlipayUserCertifyOpenQueryRequest import (
    AlipayUserCertifyOpenQueryRequest,
)
from alipay.aop.api.request.AlipayUserInfoShareRequest import AlipayUserInfoShareRequest
from alipay.aop.api.response.AlipayCommerceMedicalAuthinfoAuthQueryResponse import (
    AlipayCommerceMedicalAuthinfoAuthQueryResponse,
)
from alipay.aop.api.response.AlipayCommerceMedicalCardAuthQueryResponse import (
    AlipayCommerceMedicalCardAuthQueryResponse,
)
from alipay.aop.api.response.AlipayCommerceMedicalCardQueryResponse import (
    AlipayCommerceMedicalCardQueryResponse,
)
from alipay.aop.api.response.AlipayCommerceMedicalMessageNotifyResponse import (
    AlipayCommerceMedicalMessageNotifyResponse,
)
from alipay.aop.api.response.AlipaySystemOauthTokenResponse import AlipaySystemOauthTokenResponse
from alipay.aop.api.response.AlipayUserCertifyOpenInitializeResponse import (
    AlipayUserCertifyOpenInitializeResponse,
)
from alipay.aop.api.response.AlipayUserCertifyOpenQueryResponse import (
    AlipayUserCertifyOpenQueryResponse,
)
from alipay.aop.api.response.AlipayUserInfoShareResponse import AlipayUserInfoShareResponse

given = json.load(sys.stdin)


def client(charset="utf-8", app_id=given["app_id"], platform_key=None):
    config = AlipayClientConfig()
    config.server_url = given["gateway"]
    config.app_id = app_id
    config.charset = charset
    config.app_private_key = given["keys"]["private_key"]["pkcs1_base64"]
    public = given["keys"]["platform_public_key"]["base64"]
    config.alipay_public_key = platform_key or public
    return DefaultAlipayClient(config)


def ask(request, answer, token=None, **how):
    """Carry a request out; the answer as the SDK understands it."""
    if token is not None:
        request.udf_params = {"auth_token": token}
    answer.parse_response_content(client(**how).execute(request))
    return answer


def with_model(request, model, **values):
    for name, value in values.items():
        setattr(model, name, value)
    request.biz_model = model
    return request


def tokens(grant_type, name, value):
    request = AlipaySystemOauthTokenRequest()
    request.grant_type = grant_type
    setattr(request, name, value)
    return ask(request, AlipaySystemOauthTokenResponse())


def share(token, **how):
    return ask(AlipayUserInfoShareRequest(), AlipayUserInfoShareResponse(), token, **how)


def refusal(answer):
    return None if answer.is_success() else [answer.code, answer.sub_code]


person, steps = given["person"], {}

first = tokens("authorization_code", "code", given["code"])
steps["token"] = [first.user_id, first.open_id, first.expires_in, first.re_expires_in]

info = share(first.access_token)
steps["info"] = [info.code, info.user_id, info.user_name, info.gender, info.is_certified]
steps["info in GBK"] = share(first.access_token, charset="GBK").user_name

card = ask(
    with_model(
        AlipayCommerceMedicalCardQueryRequest(),
        AlipayCommerceMedicalCardQueryModel(),
        buyer_id=first.user_id,
        ins_type="YB",
    ),
    AlipayCommerceMedicalCardQueryResponse(),
)
steps["card"] = [card.bind_status, card.sign_status, card.city, card.card_org_name]

own = ask(
    with_model(
        AlipayCommerceMedicalCardAuthQueryRequest(),
        AlipayCommerceMedicalCardAuthQueryModel(),
        patient_cert_no=person["id_number"],
    ),
    AlipayCommerceMedicalCardAuthQueryResponse(),
    first.access_token,
)
steps["own card"] = [own.result_code, own.data.insured_cities.ins_city_code]
steps["same card"] = own.data.medical_card_id == card.medical_card_id

consent = ask(
    with_model(
        AlipayCommerceMedicalAuthinfoAuthQueryRequest(),
        AlipayCommerceMedicalAuthinfoAuthQueryModel(),
        open_id=first.open_id,
        req_biz_no="REQ1",
        call_url="http://127.0.0.1:5000/callback",
        org_code=given["institution"],
    ),
    AlipayCommerceMedicalAuthinfoAuthQueryResponse(),
)
steps["consent"] = [consent.result_code, consent.data.auth_stas, consent.data.pay_auth_no[:4]]

identity = OpenCertifyIdentityParam()
identity.identity_type, identity.cert_type = "CERT_INFO", "IDENTITY_CARD"
identity.cert_name, identity.cert_no = person["name"], person["id_number"]
begun = ask(
    with_model(
        AlipayUserCertifyOpenInitializeRequest(),
        AlipayUserCertifyOpenInitializeModel(),
        outer_order_no="ORDER1",
        biz_code="FACE",
        identity_param=identity,
        face_contrast_picture=given["picture"],
    ),
    AlipayUserCertifyOpenInitializeResponse(),
)
certified = ask(
    with_model(
        AlipayUserCertifyOpenQueryRequest(),
        AlipayUserCertifyOpenQueryModel(),
        certify_id=begun.certify_id,
    ),
    AlipayUserCertifyOpenQueryResponse(),
)
steps["certified"] = [certified.passed, certified.fail_reason]

argument = MedicalMedmsgArg()
argument.key, argument.value = "余额", "12.00元"
sent = ask(
    with_model(
        AlipayCommerceMedicalMessageNotifyRequest(),
        AlipayCommerceMedicalMessageNotifyModel(),
        biz_type="balance",
        template_code="LOW_BALANCE",
        out_msg_id="M1",
        to_open_id=first.open_id,
        msg_arg_list=[argument],
    ),
    AlipayCommerceMedicalMessageNotifyResponse(),
)
steps["message"] = sent.msg_id

second = tokens("refresh_token", "refresh_token", first.refresh_token)
steps["refreshed"] = [refusal(second), second.user_id == first.user_id]
steps["old token"] = refusal(share(first.access_token))
steps["access token"] = second.access_token

steps["unknown code"] = refusal(tokens("authorization_code", "code", "0" * 40))
steps["unknown application"] = refusal(share(second.access_token, app_id="2021999900000000"))
try:
    share(second.access_token, platform_key=given["keys"]["public_key"]["base64"])
except ResponseException as error:
    steps["foreign signature"] = "sign verify failed" in str(error)

json.dump(steps, sys.stdout)
