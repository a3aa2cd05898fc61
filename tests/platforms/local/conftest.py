"""The three dialects of a local platform behind one vocabulary, to hold them to the same behaviour.

A driver sends what its dialect expects, and translates back what is answered: code and message of a
refusal, money as fen, sessions as what the dialect shows next time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

REGION = "330100"


@dataclass
class Outcome:
    """What came of a call, whichever dialect it was made in."""

    response: TestResponse
    code: str | None = None
    message: str = ""
    data: Any = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> Any:
        """What was answered; fails for a refusal."""
        assert self.code is None, (self.code, self.message, self.details)
        return self.data


@dataclass
class Session:
    """What shows a session, and what renews it."""

    access: str
    refresh: str
    rows: list[Any]


def fen(amount: str | None) -> int | None:
    if amount is None:
        return None
    assert re.fullmatch(r"-?\d+\.\d\d", amount), amount
    return int(amount.replace(".", ""))


def rows(items: Any, names: tuple[str, ...]) -> list[Any]:
    return [tuple(each[name] for name in names) for each in items]


class Modern:
    """`/local/{admdvs}/api/v1`."""

    name = "modern"
    area = "api/v1"
    unreadable = ({"data": b"{", "content_type": "application/json"}, "request.malformed_json")
    calls = {  # noqa: RUF012
        "login": ("POST", "/sessions"),
        "balance": ("GET", "/balance"),
        "unknown": ("GET", "/nothing"),
        "wrong method": ("DELETE", "/balance"),
    }
    overlong = {"phone": "13800138000", "password": "x" * 300}  # noqa: RUF012
    wrong_type = {"phone": 13800138000, "password": "x"}  # noqa: RUF012

    def __init__(self, world: Any, client: FlaskClient) -> None:
        self.world = world
        self.client = client
        self.base = f"/w/{world.name}/local/{world.region}/{self.area}"

    def at(self, region: str) -> "Modern":
        """The same dialect of another area, in the same world."""
        there = type(self)(self.world.local(region), self.client)
        there.world.set_policy({"regions": {region: {"local": {"dialect": self.name}}}})
        return there

    # --- the wire -------------------------------------------------------------------------------

    def shows(self, session: Session) -> dict[str, str]:
        return {"Authorization": f"Bearer {session.access}"}

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        session: Session | None = None,
        then: Callable[[Any], Any] = lambda data: data,
        **rest: Any,
    ) -> Outcome:
        if body is not None:
            rest["json"] = body
        headers = {} if session is None else self.shows(session)
        response = self.client.open(self.base + path, method=method, headers=headers, **rest)
        outcome = self.read(response)
        if outcome.code is None:
            outcome.data = then(outcome.data)
        return outcome

    def read(self, response: TestResponse) -> Outcome:
        if response.status_code == 204:
            return Outcome(response)
        body = response.get_json()
        if body["type"] == "success":
            assert (response.status_code < 300, body["code"]) == (True, 0)
            return Outcome(response, data=body["data"])
        assert response.status_code >= 400
        return Outcome(response, body["code"], body["message"], details=body["data"])

    def upload(self, path: str, session: Session, **files: bytes) -> Outcome:
        parts = {name: FileStorage(BytesIO(each), name) for name, each in files.items()}
        return self.ask("POST", path, session=session, data=parts)

    # --- the calls ------------------------------------------------------------------------------

    def send_code(self, phone: str, purpose: str) -> Outcome:
        return self.ask("POST", "/sms-codes", {"phone": phone, "purpose": purpose})

    def register(self, phone: str, code: str, password: str, card: str | None = None) -> Outcome:
        body = {"phone": phone, "sms_code": code, "password": password}
        if card is not None:
            body["card_number"] = card
        return self.ask("POST", "/accounts", body, then=lambda data: data["insurance"])

    def sign_in(self, kind: str, who: str, proof: Any = None, **given: str) -> Outcome:
        """`kind` is phone, id_number or card_number; given are password or sms_code."""
        body: dict[str, Any] = {kind: who} | given
        if proof is not None:
            body["second_factor"] = dict(zip(("challenge", "code"), proof, strict=True))
        return self.ask("POST", "/sessions", body, then=self.session)

    def session(self, data: Any) -> Session:
        return Session(data["access_token"], data["refresh_token"], data["insurance"])

    def refresh(self, session: Session) -> Outcome:
        body = {"refresh_token": session.refresh}
        return self.ask("POST", "/sessions/refresh", body, then=self.session)

    def sign_out(self, session: Session) -> Outcome:
        return self.ask("DELETE", "/sessions/current", session=session)

    def reset_password(self, phone: str, code: str, password: str) -> Outcome:
        body = {"phone": phone, "sms_code": code, "new_password": password}
        return self.ask("POST", "/password-resets", body)

    def change_password(self, session: Session, old: str, new: str) -> Outcome:
        body = {"old_password": old, "new_password": new}
        return self.ask("PUT", "/account/password", body, session)

    def set_second_factor(self, session: Session, method: str) -> Outcome:
        return self.ask("PUT", "/account/second-factor", {"method": method}, session)

    def account(self, session: Session) -> Outcome:
        """Real-name state, whether insurance is linked, masked phone, ID number and card number."""

        def then(data: Any) -> Any:
            name = data["real_name"]
            shown = (data["phone"], name["id_number"], data["card_number"])
            return name["state"], data["linked"], shown

        return self.ask("GET", "/account", session=session, then=then)

    def insurance(self, session: Session) -> Outcome:
        """Rows of insurance type, area, employer and whether there is a personal account."""

        def row(each: Any) -> Any:
            employer = each["employer"] and each["employer"]["name"]
            return each["insutype"], each["region"], employer, each["has_personal_account"]

        return self.ask(
            "GET", "/insurance", session=session, then=lambda data: [*map(row, data["items"])]
        )

    def balance(self, session: Session) -> Outcome:
        """Balance in fen, state, paid by the pool and cap left in fen, as-of time."""

        def then(data: Any) -> Any:
            account, pool = data["personal_account"] or {}, data["pooled_fund"]
            return (
                fen(account.get("amount")),
                account.get("state"),
                fen(pool["paid"]),
                fen(pool["cap_left"]),
                data["as_of"],
            )

        return self.ask("GET", "/balance", session=session, then=then)

    def history(self, session: Session, page: int, size: int) -> Outcome:
        """Total, and entries: id, type, amount, balance after, paid from the account; in fen."""

        def entry(each: Any) -> Any:
            paid = each["settlement"] and fen(each["settlement"]["account_pay"])
            amounts = fen(each["amount"]), fen(each["balance_after"])
            return each["id"], each["type"], *amounts, paid

        return self.ask(
            "GET",
            f"/transactions?page={page}&page_size={size}",
            session=session,
            then=lambda data: (data["total"], [*map(entry, data["items"])]),
        )

    def upload_card(self, session: Session, front: bytes, back: bytes) -> Outcome:
        return self.upload("/account/real-name/id-card", session, front=front, back=back)

    def upload_face(self, session: Session, photo: bytes) -> Outcome:
        return self.upload("/account/real-name/face", session, photo=photo)

    def ask_for_unlock(self, phone: str, name: str, id_number: str) -> Outcome:
        body = {"kind": "unlock", "phone": phone, "name": name, "id_number": id_number}
        return self.ask("POST", "/support/tickets", body, then=self.ticket)

    def ask_about_balance(self, session: Session) -> Outcome:
        body = {"kind": "balance"}
        return self.ask("POST", "/support/tickets", body, session, then=self.ticket)

    def read_ticket(self, reference: str, session: Session | None = None) -> Outcome:
        path = f"/support/tickets/{reference}"
        return self.ask("GET", path, session=session, then=self.ticket)

    def ticket(self, data: Any) -> Any:
        """Reference, state, reconciled balance in fen, number of entries."""
        found = data["reconciliation"] or {"balance": None, "by_type": []}
        entries = sum(each["count"] for each in found["by_type"])
        return data["id"], data["state"], fen(found["balance"]), entries

    def hospitals(self, name: str, page: int) -> Outcome:
        """Total, and hospitals of code, name, level and whether the insurance pays there."""
        names = ("code", "name", "level", "designated")
        return self.ask(
            "GET",
            "/hospitals",
            query_string={"name": name, "page": page, "page_size": 5},
            then=lambda data: (data["total"], rows(data["items"], names)),
        )

    def drugs(self, code: str, page: int) -> Outcome:
        """Total, and drugs of code, name, maker and price ceiling."""
        names = ("code", "name", "maker", "price_ceiling")
        return self.ask(
            "GET",
            "/drugs",
            query_string={"code": code, "page": page, "page_size": 5},
            then=lambda data: (data["total"], rows(data["items"], names)),
        )

    def credential(self, session: Session) -> Outcome:
        """A token and its lifetime, and the path of its PNG."""
        return self.ask(
            "GET",
            "/e-credential",
            session=session,
            then=lambda data: (data["token"], data["expires_in"], data["png"]),
        )

    def decode(self, token: str) -> Outcome:
        """Masked ID number, region and number of insurance rows."""
        return self.ask(
            "POST",
            "/e-credentials/decode",
            {"token": token},
            then=lambda data: (data["id_number"], data["region"], len(data["insurance"])),
        )


class Portal(Modern):
    """`/local/{admdvs}/portal`."""

    name = "portal"
    area = "portal"
    calls = {  # noqa: RUF012
        "login": ("POST", "/user/login"),
        "balance": ("GET", "/psn/balance"),
        "unknown": ("GET", "/nothing"),
        "wrong method": ("DELETE", "/psn/balance"),
    }
    overlong = {"username": "1" * 300, "loginType": "sms", "smsCode": "x"}  # noqa: RUF012
    wrong_type = {"username": 13800138000, "loginType": "sms", "smsCode": "x"}  # noqa: RUF012

    def shows(self, session: Session) -> dict[str, str]:
        return {"accessToken": session.access}

    def read(self, response: TestResponse) -> Outcome:
        body = response.get_json()
        if response.status_code != 200:
            # there is no portal at that place
            return super().read(response)
        assert set(body) == {"code", "message", "data", "success", "type"}
        if body["success"]:
            assert (body["code"], body["type"]) == (0, "success")
            return Outcome(response, data=body["data"])
        assert body["code"] >= 400
        return Outcome(response, body["type"], body["message"], details=body["data"])

    def captcha(self) -> dict[str, str]:
        """A captcha and its answer."""
        uuid = self.ask("GET", "/user/captcha").done["uuid"]
        answer = self.world.control("GET", f"/captchas/{uuid}").data["answer"]
        return {"uuid": uuid, "code": answer}

    def send_code(self, phone: str, purpose: str) -> Outcome:
        return self.ask("POST", "/user/smsCode", {"phone": phone, "purpose": purpose})

    def register(self, phone: str, code: str, password: str, card: str | None = None) -> Outcome:
        body = {"phone": phone, "smsCode": code, "password": password}
        if card is not None:
            body["cardNumber"] = card
        return self.ask("POST", "/user/register", body, then=lambda data: data["insuInfo"])

    def sign_in(self, kind: str, who: str, proof: Any = None, **given: str) -> Outcome:
        body: dict[str, Any] = {"username": who, "loginType": "sms"}
        if "password" in given:
            digest = sha256(given["password"].encode()).hexdigest()
            body |= {"loginType": "password", "password": digest} | self.captcha()
        else:
            body["smsCode"] = given["sms_code"]
        if proof is not None:
            body["secondFactor"] = dict(zip(("challenge", "code"), proof, strict=True))
        return self.ask("POST", "/user/login", body, then=self.session)

    def session(self, data: Any) -> Session:
        return Session(data["accessToken"], data["refreshToken"], data["insuInfo"])

    def refresh(self, session: Session) -> Outcome:
        body = {"refreshToken": session.refresh}
        return self.ask("POST", "/user/refreshToken", body, then=self.session)

    def sign_out(self, session: Session) -> Outcome:
        return self.ask("POST", "/user/logout", session=session)

    def reset_password(self, phone: str, code: str, password: str) -> Outcome:
        body = {"phone": phone, "smsCode": code, "newPassword": password}
        return self.ask("POST", "/user/password/reset", body)

    def change_password(self, session: Session, old: str, new: str) -> Outcome:
        body = {"oldPassword": old, "newPassword": new}
        return self.ask("POST", "/user/password/change", body, session)

    def set_second_factor(self, session: Session, method: str) -> Outcome:
        return self.ask("POST", "/user/secondFactor", {"method": method}, session)

    def account(self, session: Session) -> Outcome:
        def then(data: Any) -> Any:
            shown = (data["phone"], data["certno"], data["cardNumber"])
            return data["realNameState"], data["linked"], shown

        return self.ask("GET", "/user/info", session=session, then=then)

    def insurance(self, session: Session) -> Outcome:
        names = ("insutype", "insuplcAdmdvs", "empName", "hasAcct")

        def then(data: Any) -> Any:
            return [tuple(row[name] for name in names) for row in data["list"]]

        return self.ask("GET", "/psn/insuInfo", session=session, then=then)

    def balance(self, session: Session) -> Outcome:
        def then(data: Any) -> Any:
            pool = data["pool"]
            amounts = fen(pool["fundPaySumamt"]), fen(pool["capLeft"])
            return fen(data["balc"]), data["acctStas"], *amounts, data["asOf"]

        return self.ask("GET", "/psn/balance", session=session, then=then)

    def history(self, session: Session, page: int, size: int) -> Outcome:
        def entry(each: Any) -> Any:
            paid = each["setlinfo"] and fen(each["setlinfo"]["acctPay"])
            return each["id"], each["type"], fen(each["amt"]), fen(each["balc"]), paid

        return self.ask(
            "GET",
            f"/psn/acctDetail?pageNum={page}&pageSize={size}",
            session=session,
            then=lambda data: (data["total"], [*map(entry, data["list"])]),
        )

    def upload_card(self, session: Session, front: bytes, back: bytes) -> Outcome:
        return self.upload("/realName/idCard", session, front=front, back=back)

    def upload_face(self, session: Session, photo: bytes) -> Outcome:
        return self.upload("/realName/face", session, photo=photo)

    def ask_for_unlock(self, phone: str, name: str, id_number: str) -> Outcome:
        body = {"kind": "unlock", "phone": phone, "name": name, "idNumber": id_number}
        return self.ask("POST", "/support/ticket", body, then=self.ticket)

    def ask_about_balance(self, session: Session) -> Outcome:
        return self.ask("POST", "/support/ticket", {"kind": "balance"}, session, self.ticket)

    def read_ticket(self, reference: str, session: Session | None = None) -> Outcome:
        return self.ask("GET", f"/support/ticket/{reference}", session=session, then=self.ticket)

    def ticket(self, data: Any) -> Any:
        found = data["reconciliation"] or {"balance": None, "byType": []}
        entries = sum(each["count"] for each in found["byType"])
        return data["id"], data["state"], fen(found["balance"]), entries

    def hospitals(self, name: str, page: int) -> Outcome:
        names = ("medinsCode", "medinsName", "medinsLvName", "designated")
        return self.ask(
            "GET",
            "/catalogue/hospitals",
            query_string={"medinsName": name, "pageNum": page, "pageSize": 5},
            then=lambda data: (data["total"], rows(data["list"], names)),
        )

    def drugs(self, code: str, page: int) -> Outcome:
        names = ("hilistCode", "hilistName", "maker", "priceCeiling")
        return self.ask(
            "GET",
            "/catalogue/drugs",
            query_string={"hilistCode": code, "pageNum": page, "pageSize": 5},
            then=lambda data: (data["total"], rows(data["list"], names)),
        )

    def credential(self, session: Session) -> Outcome:
        return self.ask(
            "GET",
            "/psn/eCredential",
            session=session,
            then=lambda data: (data["token"], data["expiresIn"], data["png"]),
        )

    def decode(self, token: str) -> Outcome:
        return self.ask(
            "POST",
            "/eCredential/decode",
            {"token": token},
            then=lambda data: (data["certno"], data["insuOrg"], len(data["insuInfo"])),
        )


class Legacy(Modern):
    """`/local/{admdvs}/legacy`."""

    name = "legacy"
    area = "legacy"
    unreadable = (
        {"data": b"aac002=%ff", "content_type": "application/x-www-form-urlencoded"},
        "request.invalid",
    )
    calls = {  # noqa: RUF012
        "login": ("POST", "/login.do"),
        "balance": ("POST", "/queryBalance.do"),
        "unknown": ("POST", "/nothing.do"),
        "wrong method": ("GET", "/queryBalance.do"),
    }
    overlong = {"aae005": "13800138000", "password": "x" * 300}  # noqa: RUF012
    wrong_type = {"aae005": "number", "password": "x"}  # noqa: RUF012
    indicators = {  # noqa: RUF012
        "phone": "aae005",
        "id_number": "aac002",
        "card_number": "aaz500",
        "sms_code": "yzm",
        "password": "password",
    }

    def shows(self, session: Session) -> dict[str, str]:
        return {"Cookie": f"theme=blue; JSESSIONID={session.access}; REMEMBERME={session.refresh}"}

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        session: Session | None = None,
        then: Callable[[Any], Any] = lambda data: data,
        **rest: Any,
    ) -> Outcome:
        if body is not None:
            rest["data"] = body
        return super().ask(method, path, None, session, then, **rest)

    def form(
        self,
        path: str,
        fields: dict[str, str] | None = None,
        session: Session | None = None,
        then: Callable[[Any], Any] = lambda data: data,
    ) -> Outcome:
        return self.ask("POST", path, fields, session, then)

    def read(self, response: TestResponse) -> Outcome:
        if response.status_code != 200:
            # there is no legacy portal at that place
            return super().read(response)
        if response.mimetype == "application/json":
            return Outcome(response, data=response.get_json())
        page = response.get_data(as_text=True)
        assert response.content_type == "text/html; charset=utf-8"
        assert page.startswith("<!DOCTYPE html>")
        code, details = (
            unescape(re.search(f'name="yibao-{name}" content="([^"]*)"', page)[1])
            for name in ("code", "details")
        )
        message = unescape(re.search('class="message">([^<]*)<', page)[1])
        told = orjson.loads(details)
        for name, value in re.findall('type="hidden" name="([^"]*)" value="([^"]*)"', page):
            assert told[name] == unescape(value)
        return Outcome(response, code, message, details=told)

    def send_code(self, phone: str, purpose: str) -> Outcome:
        return self.form("/sendSms.do", {"aae005": phone, "lx": purpose})

    def register(self, phone: str, code: str, password: str, card: str | None = None) -> Outcome:
        fields = {"aae005": phone, "yzm": code, "password": password, "aaz500": card or ""}
        return self.form("/register.do", fields, then=lambda data: data["rows"])

    def sign_in(self, kind: str, who: str, proof: Any = None, **given: str) -> Outcome:
        fields = {self.indicators[kind]: who}
        fields |= {self.indicators[name]: value for name, value in given.items()}
        if proof is not None:
            fields |= dict(zip(("challenge", "ecyzm"), proof, strict=True))
        return self.with_session(self.form("/login.do", fields))

    def with_session(self, outcome: Outcome) -> Outcome:
        if outcome.code is None:
            cookies = dict(
                each.partition(";")[0].split("=")
                for each in outcome.response.headers.getlist("Set-Cookie")
            )
            session = Session(cookies["JSESSIONID"], cookies["REMEMBERME"], outcome.data["rows"])
            outcome.data = session
        return outcome

    def refresh(self, session: Session) -> Outcome:
        return self.with_session(self.form("/renew.do", session=session))

    def sign_out(self, session: Session) -> Outcome:
        return self.form("/logout.do", session=session)

    def reset_password(self, phone: str, code: str, password: str) -> Outcome:
        fields = {"aae005": phone, "yzm": code, "newPassword": password}
        return self.form("/resetPassword.do", fields)

    def change_password(self, session: Session, old: str, new: str) -> Outcome:
        return self.form("/changePassword.do", {"password": old, "newPassword": new}, session)

    def set_second_factor(self, session: Session, method: str) -> Outcome:
        return self.form("/setSecondFactor.do", {"ecyz": method}, session)

    def account(self, session: Session) -> Outcome:
        def then(data: Any) -> Any:
            shown = (data["aae005"], data["aac002"], data["aaz500"])
            return data["rzzt"], data["glzt"] == "1", shown

        return self.form("/queryAccount.do", session=session, then=then)

    def insurance(self, session: Session) -> Outcome:
        def row(each: Any) -> Any:
            return each["aae140"], each["aab301"], each["aab004"], each["grzh"] == "1"

        return self.form(
            "/queryInsurance.do", session=session, then=lambda data: [*map(row, data["rows"])]
        )

    def balance(self, session: Session) -> Outcome:
        def then(data: Any) -> Any:
            amounts = fen(data["akc260"]), fen(data["fdxye"])
            return fen(data["akc087"]), data["zhzt"], *amounts, data["aae036"]

        return self.form("/queryBalance.do", session=session, then=then)

    def history(self, session: Session, page: int, size: int) -> Outcome:
        def entry(each: Any) -> Any:
            amounts = (fen(each[name]) for name in ("je", "akc087", "akc255"))
            return each["lsh"], each["lx"], *amounts

        return self.form(
            "/queryHistory.do",
            {"page": str(page), "rows": str(size)},
            session,
            lambda data: (data["total"], [*map(entry, data["rows"])]),
        )

    def upload_card(self, session: Session, front: bytes, back: bytes) -> Outcome:
        return self.upload("/uploadIdCard.do", session, front=front, back=back)

    def upload_face(self, session: Session, photo: bytes) -> Outcome:
        return self.upload("/uploadFace.do", session, photo=photo)

    def ask_for_unlock(self, phone: str, name: str, id_number: str) -> Outcome:
        fields = {"lx": "unlock", "aae005": phone, "aac003": name, "aac002": id_number}
        return self.form("/openTicket.do", fields, then=self.ticket)

    def ask_about_balance(self, session: Session) -> Outcome:
        return self.form("/openTicket.do", {"lx": "balance"}, session, self.ticket)

    def read_ticket(self, reference: str, session: Session | None = None) -> Outcome:
        return self.form("/queryTicket.do", {"gdh": reference}, session, self.ticket)

    def ticket(self, data: Any) -> Any:
        found = data["dzd"] or {"akc087": None, "rows": []}
        entries = sum(each["bs"] for each in found["rows"])
        return data["gdh"], data["zt"], fen(found["akc087"]), entries

    def hospitals(self, name: str, page: int) -> Outcome:
        def row(each: Any) -> Any:
            return each["akb020"], each["akb021"], each["aka101"], each["ddbz"] == "1"

        return self.form(
            "/queryHospitals.do",
            {"akb021": name, "page": str(page), "rows": "5"},
            then=lambda data: (data["total"], [*map(row, data["rows"])]),
        )

    def drugs(self, code: str, page: int) -> Outcome:
        return self.form(
            "/queryDrugs.do",
            {"aka060": code, "page": str(page), "rows": "5"},
            then=lambda data: (
                data["total"],
                rows(data["rows"], ("aka060", "aka061", "sccj", "aka068")),
            ),
        )

    def credential(self, session: Session) -> Outcome:
        return self.form(
            "/queryCredential.do",
            session=session,
            then=lambda data: (data["ewm"], data["yxq"], data["png"]),
        )

    def decode(self, token: str) -> Outcome:
        return self.form(
            "/decodeCredential.do",
            {"ewm": token},
            then=lambda data: (data["aac002"], data["aab301"], len(data["rows"])),
        )


DRIVERS = {each.name: each for each in (Modern, Portal, Legacy)}


@pytest.fixture
def drive(app: Any, make_world: Any) -> Callable[..., Modern]:
    """Makes a driver of a dialect in a fresh world."""

    def make(name: str, **body: Any) -> Modern:
        world = make_world(**body).local(REGION)
        world.set_policy({"regions": {REGION: {"local": {"dialect": name}}}})
        # cookies are sent by the driver alone
        return DRIVERS[name](world, app.test_client(use_cookies=False))

    return make


@pytest.fixture
def portal(drive: Callable[..., Modern]) -> Modern:
    return drive("portal")


@pytest.fixture
def legacy(drive: Callable[..., Modern]) -> Modern:
    return drive("legacy")
