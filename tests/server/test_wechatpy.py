"""wechatpy, unmodified, against a server: its base URLs lead there, and it notices nothing.

It asks for tokens at a host that it does not let anybody choose, so that one method is overridden.
"""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from wechatpy import WeChatClient, WeChatOAuth
from wechatpy.client.api import WeChatWxa
from wechatpy.exceptions import APILimitedException, WeChatClientException, WeChatOAuthException

CALLBACK = "http://127.0.0.1:5000/callback"
VALUES = {"amount1": "1.00", "amount2": "50.00", "time3": "10:00", "thing4": "余额不足"}
DATA = {name: {"value": value} for name, value in VALUES.items()}


class Local:
    """The SDK's classes for one application of a fresh world, and the person who lets it in."""

    def __init__(self, client, world) -> None:
        self.client = client
        self.control = f"/_control/worlds/{world}"
        self.base = base = f"{str(client.base_url).rstrip('/')}/w/{world}/wechat/"
        path = f"{self.control}/applications?platform=wechat"
        self.application = client.get(path).json()["items"][0]
        people = client.get(f"{self.control}/people?insutype=310&limit=1").json()
        self.person = people["items"][0]

        class Wxa(WeChatWxa):
            API_BASE_URL = base

        class Client(WeChatClient):
            API_BASE_URL = base + "cgi-bin/"
            wxa = Wxa()

            def fetch_access_token(self):
                return self._fetch_access_token(
                    url=base + "cgi-bin/token",
                    params={
                        "grant_type": "client_credential",
                        "appid": self.appid,
                        "secret": self.secret,
                    },
                )

        class OAuth(WeChatOAuth):
            API_BASE_URL = base
            OAUTH_BASE_URL = base + "connect/"

        self.oauth_class, self.client_class = OAuth, Client

    def oauth(self, secret=None, scope="snsapi_userinfo"):
        secret = secret or self.application["secret"]
        return self.oauth_class(self.application["app_id"], secret, CALLBACK, scope, "state-1")

    def sdk(self):
        return self.client_class(self.application["app_id"], self.application["secret"])

    def accept(self, oauth):
        """What the person does at the SDK's own address; the code that comes back."""
        form = {name: self.person[name] for name in ("card_number", "card_password")}
        address = oauth.authorize_url.partition("#")[0]
        assert self.person["name"] not in self.client.get(address).text
        answer = self.client.post(address, data=form)
        assert answer.status_code == 302, answer.text
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        assert back["state"] == ["state-1"]
        return back["code"][0]

    def advance(self, span):
        answer = self.client.patch(f"{self.control}/clock", json={"advance": span})
        answer.raise_for_status()

    def template(self, sdk):
        """The id of the low-balance template."""
        listed = sdk.get("wxaapi/newtmpl/gettemplate", api_base_url=self.base)
        return listed["data"][0]["priTmplId"]

    def permit(self, oauth, template):
        answer = httpx.post(
            self.base + "wx/requestSubscribeMessage",
            params={"access_token": oauth.access_token},
            json={"tmplIds": [template]},
        )
        assert answer.json()[template] == "accept"


@pytest.fixture
def local(one_worker, tester):
    client = one_worker.client(base_url=one_worker.url)
    return Local(client, tester.world(client, clock={"freeze": "2026-06-15T10:00:00+08:00"}))


def test_person_lets_the_application_in_and_is_known_to_it(local) -> None:
    oauth = local.oauth()
    granted = oauth.fetch_access_token(local.accept(oauth))
    assert granted["expires_in"] == 7200
    assert oauth.check_access_token()
    assert oauth.get_user_info()["openid"] == oauth.open_id
    before = oauth.access_token
    local.advance("PT2H")
    with pytest.raises(WeChatOAuthException) as expired:
        oauth.check_access_token()
    assert expired.value.errcode == 42001
    oauth.refresh_access_token(oauth.refresh_token)
    assert oauth.access_token != before
    assert oauth.check_access_token()


def test_refusals_reach_the_sdk_with_their_numbers(local) -> None:
    oauth = local.oauth()
    code = local.accept(oauth)
    with pytest.raises(WeChatOAuthException) as wrong:
        local.oauth(secret="wrong").fetch_access_token(code)
    assert wrong.value.errcode == 40125
    oauth.fetch_access_token(code)
    with pytest.raises(WeChatOAuthException) as used:
        oauth.fetch_access_token(code)
    assert (used.value.errcode, used.value.errmsg.partition(" rid")[0]) == (40163, "code been used")
    basic = local.oauth(scope="snsapi_base")
    basic.fetch_access_token(local.accept(basic))
    with pytest.raises(WeChatOAuthException) as unauthorised:
        basic.get_user_info()
    assert unauthorised.value.errcode == 48001


def test_one_message_is_sent_for_one_permission(local) -> None:
    oauth, sdk = local.oauth(), local.sdk()
    oauth.fetch_access_token(local.accept(oauth))
    template = local.template(sdk)
    local.permit(oauth, template)
    assert sdk.wxa.send_subscribe_message(oauth.open_id, template, DATA)["errcode"] == 0
    with pytest.raises(WeChatClientException) as refused:
        sdk.wxa.send_subscribe_message(oauth.open_id, template, DATA)
    assert refused.value.errcode == 43101
    inbox = local.client.get(f"{local.control}/inbox?kind=subscribe_message").json()
    assert "余额不足" in inbox["items"][0]["text"]


def test_sdk_fetches_another_token_when_its_own_is_not_good_any_more(local) -> None:
    sdk = local.sdk()
    template, first = local.template(sdk), sdk.access_token
    local.advance("PT3H")
    assert local.template(sdk) == template
    assert sdk.access_token != first
    another = local.sdk()
    assert local.template(another) == template
    local.advance("PT6M")
    assert local.template(sdk) == template, "replaced by the other program's, and fetched anew"


def test_sdk_is_told_of_the_quota(local) -> None:
    sdk = local.sdk()
    assert local.template(sdk)
    policy = {"open_platform": {"daily_calls": 1}}
    local.client.patch(f"{local.control}/policy", json=policy).raise_for_status()
    assert local.template(sdk)
    with pytest.raises(APILimitedException) as limited:
        local.template(sdk)
    assert limited.value.errcode == 45009
