"""An insured person with an account everywhere, for the tests that go through every operation.

Operations are found by reading the application's tables, so a new one is tested as soon as it is
there. What cannot be read from a table is kept here: what goes into the braces of paths, and how an
interface is shown a session. Whatever is missing fails with a word on where to add it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from simulator.domain.applications import Application, PlatformName
from simulator.domain.people import Person
from simulator.services import (
    alerts,
    applications,
    authorisation,
    captchas,
    client_tokens,
    consent,
    face_service,
    ledgers,
    pay_authorisations,
    third_party_ids,
)
from simulator.services.applications import platform_of
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Platform

PASSWORD = "Lookup-2026"
WORLD = "default"

AREAS = {
    "": "330100",
    "portal": "320100",
    "legacy": "410100",
    "pages": "330100",
    "data": "330100",
    "charts": "330100",
    "api": "330100",
    "gateway": "330100",
    "user_query": "330100",
}
"""By interface (`Platform.speaks`), the pooling area whose platform is asked."""

CARRIERS: dict[str, Callable[[str], dict[str, str]]] = {
    "": lambda token: {"Authorization": f"Bearer {token}"},
    "pages": lambda _token: {},
    "data": lambda token: {"Authorization": f"Bearer {token}"},
    "charts": lambda token: {"Authorization": f"Bearer {token}"},
    "portal": lambda token: {"accessToken": token},
    "legacy": lambda token: {"Cookie": f"JSESSIONID={token}"},
    "api": lambda _token: {},
    "gateway": lambda _token: {},
    "user_query": lambda _token: {},
}
"""By interface, the headers that show a session."""


def known(table: Mapping[str, Any], name: str, what: str) -> Any:
    """An entry of a table of this file, or a failure that says what to add."""
    if name not in table:
        pytest.fail(f"tests/web/conftest.py knows no {what} {name!r}; add it there")
    return table[name]


class Subject:
    """Somebody whom the area of an interface insures, with an account and a session there."""

    def __init__(self, client: FlaskClient, platform: Platform) -> None:
        self.client = client
        self.platform = platform.name
        self.speaks = platform.speaks
        self.region = known(AREAS, platform.speaks, "pooling area for the interface")
        self.is_local = platform.name == "local"
        self.account = f"local:{self.region}" if self.is_local else "national"
        self.base = f"/local/{self.region}/api/v1" if self.is_local else "/national/api/v1"
        query = f"?region={self.region}&insutype=310&limit=20"
        people = self._control("GET", f"/worlds/{WORLD}/people{query}")["items"]
        person = next(each for each in people if each["family"])
        self.id_number: str = person["id_number"]
        self.phone: str = person["phone"]
        self.token = ""
        self.restore()

    def restore(self) -> None:
        """Bring the account into good standing, and sign in."""
        if self.is_local and self.speaks:
            policy = {"regions": {self.region: {"local": {"dialect": self.speaks}}}}
            self._control("PATCH", f"/worlds/{WORLD}/policy", policy)
        path = f"/worlds/{WORLD}/people/{self.id_number}/accounts/{self.account}"
        good = {"registered": True, "real_name": "verified", "locked": False}
        self._control("PATCH", path, good | {"password": PASSWORD, "second_factor": "none"})
        credentials = {"phone": self.phone, "password": PASSWORD}
        self.token = self._ask("POST", "/sessions", credentials)["access_token"]
        if self.speaks in ("data", "charts"):
            # As short as sessions are, so that both expire in one test.
            short = {"platforms": {self.platform: {"authorisation": {"access_lifetime_s": 7200}}}}
            self._control("PATCH", f"/worlds/{WORLD}/policy", short)
            self.token = self.authorise(WORLD, self.platform).access
        if self.speaks == "api":
            self.token = client_tokens.issue(self.visit(WORLD), self.application()).text

    def headers(self, token: str | None = None) -> dict[str, str]:
        """What shows the subject's session, or another token in the same place."""
        carry = known(CARRIERS, self.speaks, "way to show a session at the interface")
        headers: dict[str, str] = carry(self.token if token is None else token)
        return headers

    def query(self) -> dict[str, str]:
        """What shows the subject's session where that is not done in a header."""
        return {"access_token": self.token} if self.speaks == "api" else {}

    def visit(self, world: str) -> Visit:
        """A visit to the subject's platform in a world, now."""
        found = self.client.application.worlds.find(world)
        return Visit(found, self.platform, found.now_ms())

    def application(self) -> Application:
        """An application of the subject's third-party platform, active in every world."""
        visit = self.visit(WORLD)
        return applications.applications(visit.world, platform_of(visit))[0]

    def consent_code(self) -> str:
        """A code with which the subject lets that application do all it can."""
        visit, application = self.visit(WORLD), self.application()
        person = visit.world.people.by_id_number(self.id_number)
        scopes = tuple(application.scopes)
        request = consent.Request(application, application.redirect_uris[0], scopes)
        return consent.accept(visit, request, person)

    def open_id(self) -> str:
        """By which that application knows the subject."""
        visit = self.visit(WORLD)
        person = visit.world.people.by_id_number(self.id_number)
        app_id = self.application().app_id
        return third_party_ids.open_id(visit.world, platform_of(visit), app_id, person)

    def pay_authorisation(self, world: str) -> str:
        """A number with which the subject could pay."""
        found = self.client.application.worlds.find(world)
        person = found.people.by_id_number(self.id_number)
        return pay_authorisations.issue(Visit(found, "wechat", found.now_ms()), person).number

    def face_key(self) -> str:
        """A key of the face service for the subject."""
        visit = self.visit(WORLD)
        person = visit.world.people.by_id_number(self.id_number)
        return face_service.begin(visit, self.application(), person.name, self.id_number).text

    def path(self, template: str, world: str = WORLD) -> str:
        """A path with live values for what is in braces."""
        return template.format(**self.path_values(template, world))

    def path_values(self, template: str, world: str = WORLD) -> dict[str, str]:
        """Live values for what is in the braces of a path."""
        values: dict[str, str] = {}
        for before, name in re.findall(r"([^/]*)/{(\w+)}", template):
            particular = f"{before}/{name}"
            key = particular if particular in PATH_VALUES else name
            values[name] = known(PATH_VALUES, key, "value for the path parameter")(self, world)
        return values

    def query_value(self, name: str) -> str:
        """A live value for a query parameter that a call cannot do without."""
        value: str = known(QUERY_VALUES, name, "value for the required query parameter")(self)
        return value

    def ticket(self) -> str:
        """The number of a support ticket of the subject's."""
        return str(self._ask("POST", "/support/tickets", {"kind": "balance"})["id"])

    def listed(self, kind: str) -> str:
        """The code of the first thing that the area lists."""
        items = self.client.get(f"/local/{self.region}/api/v1/{kind}").get_json()["data"]["items"]
        return str(items[0]["code"])

    def credential(self) -> str:
        """A token of the subject's e-credential."""
        return str(self._ask("GET", "/e-credential")["token"])

    def captcha(self, world: str) -> str:
        """A captcha of a world."""
        found = self.client.application.worlds.find(world)
        return captchas.issue(Visit(found, "local", found.now_ms(), self.region)).captcha_id

    def alert(self, world: str) -> str:
        """An alert that has just fired for somebody, where nothing has to arrive first."""
        found = self.client.application.worlds.find(world)
        visit = Visit(found, "local", found.now_ms())
        person, held = next(
            (person, held)
            for person in map(found.people.at, range(0, 10**6, 101))
            if (held := ledgers.position_of(found, person, visit.now_ms).balance_fen or 0) > 100
        )
        url, targets = "http://127.0.0.1:9/", WebhookTargets()
        alerts.set_alert(visit, "live", person, held, url, subject="live", targets=targets)
        ledgers.post(found, person, entry_type="205", amount_fen=1)
        return alerts.alerts_of(visit, "live", person).alerts[-1].alert_id

    def app_id(self, world: str, platform: PlatformName = "alipay") -> str:
        """An application of a third-party platform, active in every world."""
        found = self.client.application.worlds.find(world)
        return applications.applications(found, platform)[0].app_id

    def authorise(
        self, world: str, platform: PlatformName, person: Person | None = None
    ) -> authorisation.Granted:
        """Let an application do all it can, for the subject or for somebody else."""
        found = self.client.application.worlds.find(world)
        visit = Visit(found, platform, found.now_ms())
        person = person or found.people.by_id_number(self.id_number)
        application = applications.applications(found, platform)[0]
        scopes = tuple(application.scopes)
        request = consent.Request(application, application.redirect_uris[0], scopes)
        return authorisation.exchange(visit, application, consent.accept(visit, request, person))

    def authorisation(self, world: str) -> str:
        """What the subject has just let an application do in a world."""
        return self.authorise(world, "alipay").grant.grant_id

    def relative(self) -> str:
        """A family member who lets the subject's application show their balance."""
        found = self.client.application.worlds.find(WORLD)
        tie = found.people.by_id_number(self.id_number).family[0]
        self.authorise(WORLD, self.platform, found.people.at(tie.index))
        return "1"

    def missed(self, world: str) -> str:
        """The id of a request that a world refused."""
        return self.client.get(f"/w/{world}/national/api/v1/balance").headers["X-Request-Id"]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the subject's platform in the dialect that every area has."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.open(self.base + path, method=method, json=body, headers=headers)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json()["data"]

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.open("/_control" + path, method=method, json=body)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json()


PATH_VALUES: dict[str, Callable[[Subject, str], str]] = {
    "alert_id": lambda subject, world: subject.alert(world),
    "app_id": lambda subject, world: subject.app_id(world),
    "applications/platform": lambda _subject, _: "alipay",
    "authorisation_id": lambda subject, world: subject.authorisation(world),
    "admdvs": lambda subject, _: subject.region,
    "captcha_id": lambda subject, world: subject.captcha(world),
    "drugs/code": lambda subject, _: subject.listed("drugs"),
    "hospitals/code": lambda subject, _: subject.listed("hospitals"),
    "id_number": lambda subject, _: subject.id_number,
    "kind": lambda _subject, _: "iris",
    "partner_id": lambda subject, _: subject.application().partner_id,
    "pay_auth_no": lambda subject, world: subject.pay_authorisation(world),
    "member": lambda subject, _: subject.relative(),
    "platform": lambda subject, _: subject.account,
    "request_id": lambda subject, world: subject.missed(world),
    "ticket_id": lambda subject, _: subject.ticket(),
    "world": lambda _, world: world,
}
"""By parameter, or by the segment before it and the parameter, a live value in a world."""

QUERY_VALUES: dict[str, Callable[[Subject], str]] = {
    "access_token": lambda subject: subject.authorise(WORLD, "wechat").access,
    "app_id": lambda subject: subject.app_id(WORLD),
    "appid": lambda subject: subject.app_id(WORLD, "wechat"),
    "code": lambda subject: subject.consent_code(),
    "openid": lambda subject: subject.open_id(),
    "person": lambda subject: subject.id_number,
    "redirect_uri": lambda _subject: "http://localhost:5000/callback",
    "scope": lambda subject: {"alipay": "auth_user", "wechat": "snsapi_base"}[subject.platform],
    "refresh_token": lambda subject: subject.authorise(WORLD, "wechat").refresh,
    "secret": lambda subject: subject.application().secret,
    "token": lambda subject: subject.credential(),
    "user_id_key": lambda subject: subject.face_key(),
}
"""By query parameter that a call cannot do without, a live value."""

MakeSubject = Callable[[FlaskClient, Platform], Subject]


@pytest.fixture
def make_subject() -> MakeSubject:
    """Makes the subject of an interface, on whichever application a client talks to."""
    return Subject
