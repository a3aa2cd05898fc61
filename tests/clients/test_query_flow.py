"""The flow as a resumable list of steps, against a platform that can be made to refuse."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from yibao_client import QueryFlow, QueryFlowError
from yibao_client.errors import (
    RealNameRequiredError,
    Refusal,
    RefusedError,
    WrongSmsCodeError,
    refused,
)
from yibao_client.query_flow import StepReport

PHONE = "14000000001"


def refusal(code: str, status: int = 400, **details: object) -> RefusedError:
    return refused(Refusal(code, "拒绝", status, details))


@dataclass
class ScriptedPlatform:
    """Answers every call with its name, unless a refusal lies in wait."""

    refusals: dict[str, RefusedError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    given: dict[str, object] = field(default_factory=dict)
    real_name: str = "unverified"
    platform: str = "national"
    session: str | None = None

    def _answer(self, name: str, **given: object) -> str:
        self.calls.append(name)
        self.given[name] = given
        if name in self.refusals:
            raise self.refusals.pop(name)
        return f"<{name}>"

    def send_sms_code(self, phone, purpose):
        return self._answer("send_sms_code", phone=phone, purpose=purpose)

    def register(self, phone, sms_code, password):
        return self._answer("register", phone=phone, sms_code=sms_code, password=password)

    def sign_in(self, **given):
        self.session = self._answer("sign_in", **given)
        return self.session

    def account(self):
        return SimpleNamespace(real_name=SimpleNamespace(state=self.real_name))

    def upload_id_card(self, front, back):
        self._answer("upload_id_card", front=front, back=back)
        self.real_name = "id_card_accepted"
        return SimpleNamespace(state=self.real_name, liveness="none")

    def upload_face(self, photo):
        self._answer("upload_face", photo=photo)
        self.real_name = "verified"
        return SimpleNamespace(state=self.real_name)

    def insurance(self):
        return self._answer("insurance")

    def balance(self):
        return self._answer("balance")

    def transactions(self, *, page_size=20):
        return self._answer("transactions", page_size=page_size)


@pytest.fixture
def scripted() -> ScriptedPlatform:
    return ScriptedPlatform()


def no_camera(what, _refusal):
    raise AssertionError(f"nobody should photograph {what}")


def flow_on(
    scripted,
    *,
    registered=None,
    observer=lambda _: None,
    evidence_source=None,
    codes=("111111", "222222"),
):
    supply = iter(codes)
    return QueryFlow(
        scripted,
        phone=PHONE,
        password="Geheim123",
        code_source=lambda phone, purpose: next(supply),
        evidence_source=evidence_source,
        registered=registered,
        observer=observer,
    )


def test_whole_path_ends_with_balance_and_history(scripted) -> None:
    reports: list[StepReport] = []
    result = flow_on(scripted, observer=reports.append).run()
    assert [report.step for report in reports] == list(QueryFlow.STEPS)
    skipped = [report.step for report in reports if report.outcome != "done"]
    assert skipped == ["id_card", "face", "compare"]
    assert {report.outcome for report in reports} == {"done", "skipped"}
    assert (result.balance, result.transactions) == ("<balance>", "<transactions>")
    assert scripted.given["register"] == {
        "phone": PHONE,
        "sms_code": "111111",
        "password": "Geheim123",
    }


def test_person_with_an_account_starts_at_the_sign_in(scripted) -> None:
    reports: list[StepReport] = []
    flow_on(scripted, registered=True, observer=reports.append).run()
    assert scripted.calls[0] == "sign_in"
    assert [report.outcome for report in reports[:3]] == ["skipped", "skipped", "done"]


@pytest.mark.parametrize("call", ["send_sms_code", "register"])
def test_account_found_on_the_way_is_no_failure_unless_ruled_out(scripted, call) -> None:
    scripted.refusals[call] = refusal("account.exists", 409)
    assert flow_on(scripted).run().session == "<sign_in>"
    scripted.refusals[call] = refusal("account.exists", 409)
    with pytest.raises(QueryFlowError) as caught:
        flow_on(scripted, registered=False).run()
    assert caught.value.error.code == "account.exists"


@pytest.mark.parametrize(
    ("call", "step"),
    [
        ("send_sms_code", "send_code"),
        ("register", "register"),
        ("sign_in", "sign_in"),
        ("insurance", "insurance"),
        ("balance", "balance"),
        ("transactions", "transactions"),
    ],
)
def test_flow_stops_at_any_step_and_goes_on_from_there(scripted, call, step) -> None:
    scripted.refusals[call] = refusal("request.invalid")
    flow = flow_on(scripted)
    with pytest.raises(QueryFlowError) as caught:
        flow.run()
    assert (caught.value.step, flow.next_step) == (step, step)
    before = list(scripted.calls)
    assert flow.run().transactions == "<transactions>"
    assert scripted.calls[len(before)] == call
    assert flow.next_step is None


def test_evidence_is_shown_between_sign_in_and_insurance(scripted) -> None:
    reports: list[StepReport] = []
    shown: list[str] = []

    def photograph(what, refusal):
        shown.append(what)
        return what.encode()

    flow = flow_on(scripted, evidence_source=photograph, observer=reports.append)
    result = flow.run()
    assert [report.step for report in reports if report.outcome != "done"] == ["compare"]
    assert shown == ["id_card_front", "id_card_back", "face"]
    assert (result.id_card.state, result.face.state) == ("id_card_accepted", "verified")
    uploads = [call for call in scripted.calls if call.startswith("upload")]
    assert uploads == ["upload_id_card", "upload_face"]
    assert scripted.calls.index("sign_in") < scripted.calls.index("upload_id_card")
    assert scripted.calls.index("upload_face") < scripted.calls.index("insurance")


def test_somebody_verified_shows_nothing(scripted) -> None:
    scripted.real_name = "verified"
    reports: list[StepReport] = []
    result = flow_on(scripted, evidence_source=no_camera, observer=reports.append).run()
    assert [report.step for report in reports if report.outcome == "skipped"][:2] == [
        "id_card",
        "face",
    ]
    assert (result.id_card, result.face) == (None, None)


def test_flow_goes_on_from_the_upload_that_was_refused(scripted) -> None:
    flow = flow_on(scripted, evidence_source=lambda what, _refusal: what.encode())
    scripted.refusals["upload_face"] = refusal("real_name.daily_limit", 429)
    with pytest.raises(QueryFlowError) as caught:
        flow.run()
    assert (caught.value.step, flow.next_step) == ("face", "face")
    assert flow.run().face.state == "verified"
    assert scripted.calls.count("upload_id_card") == 1


def test_missing_real_name_keeps_what_was_reached(scripted) -> None:
    scripted.refusals["balance"] = refusal("real_name.required", 403)
    flow = flow_on(scripted)
    with pytest.raises(QueryFlowError, match=r"real_name\.required") as caught:
        flow.run()
    assert isinstance(caught.value.error, RealNameRequiredError)
    assert flow.result.session == "<sign_in>"
    assert flow.result.balance is None


def test_wrong_code_is_fetched_anew_when_the_step_is_repeated(scripted) -> None:
    scripted.refusals["register"] = refusal("sms.wrong_code")
    flow = flow_on(scripted)
    with pytest.raises(QueryFlowError) as caught:
        flow.run()
    assert isinstance(caught.value.error, WrongSmsCodeError)
    flow.run()
    assert scripted.given["register"]["sms_code"] == "222222"


def test_second_factor_is_answered_with_the_code_that_came(scripted) -> None:
    scripted.refusals["sign_in"] = refusal(
        "sign_in.second_factor_required", 401, challenge="c-1", method="sms"
    )
    flow_on(scripted, registered=True).run()
    answer = scripted.given["sign_in"]["second_factor"]
    assert (answer.challenge, answer.code) == ("c-1", "111111")


def test_second_factor_of_another_kind_is_the_callers_business(scripted) -> None:
    scripted.refusals["sign_in"] = refusal(
        "sign_in.second_factor_required", 401, challenge="c-1", method="iris"
    )
    with pytest.raises(QueryFlowError, match="sign_in"):
        flow_on(scripted, registered=True).run()


def test_steps_can_be_taken_one_at_a_time(scripted) -> None:
    steps = flow_on(scripted).steps()
    assert next(steps).step == "send_code"
    assert scripted.calls == ["send_sms_code"]
