"""What an application does with python-alipay-sdk; run where that is installed.

Reads where and who from standard input, and prints what each step came to.
"""

import json
import sys

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError

given = json.load(sys.stdin)


def client(platform_key=given["keys"]["platform_public_key"]["pem"]):
    alipay = AliPay(
        appid=given["app_id"],
        app_notify_url=None,
        app_private_key_string=given["keys"]["private_key"]["pkcs1_pem"],
        alipay_public_key_string=platform_key,
    )
    # It has an address for production and one for the sandbox, and no parameter for another.
    alipay._gateway = given["gateway"]
    return alipay


def ask(method, biz_content=None, **more):
    return client().server_api(method, biz_content, **more)


def refusal(method, **more):
    try:
        answer = ask(method, **more)
    except AliPayException as error:
        # The exception's text is all there is of it: "…, message:" and the answer.
        inner = json.loads(str(error).partition("message:")[2])["error_response"]
        return [inner["code"], inner["sub_code"]]
    return [answer["code"], answer["sub_code"]]


TOKEN = "alipay.system.oauth.token"
SHARE = "alipay.user.info.share"
steps = {}

first = ask(TOKEN, grant_type="authorization_code", code=given["code"])
steps["token"] = [first["user_id"], first["expires_in"]]
info = ask(SHARE, auth_token=first["access_token"])
steps["info"] = [info["code"], info["user_name"]]
card = ask("alipay.commerce.medical.card.query", {"open_id": first["open_id"], "ins_type": "YB"})
steps["card"] = [card["bind_status"], card["card_org_name"]]
identity = {"identity_type": "CERT_INFO", "cert_type": "IDENTITY_CARD"}
identity |= {"cert_name": given["person"]["name"], "cert_no": given["person"]["id_number"]}
begun = ask(
    "alipay.user.certify.open.initialize",
    {"outer_order_no": "ORDER1", "biz_code": "FACE", "identity_param": identity},
)
certified = ask("alipay.user.certify.open.query", {"certify_id": begun["certify_id"]})
steps["certified"] = certified["passed"]
second = ask(TOKEN, grant_type="refresh_token", refresh_token=first["refresh_token"])
steps["refreshed"] = second["user_id"] == first["user_id"]
steps["used code"] = refusal(TOKEN, grant_type="authorization_code", code=given["code"])
steps["ended token"] = refusal(SHARE, auth_token=second["access_token"])
try:
    client(given["keys"]["public_key"]["pem"]).server_api(SHARE, auth_token="x")
except AliPayValidationError:
    steps["foreign signature"] = True

json.dump(steps, sys.stdout)
