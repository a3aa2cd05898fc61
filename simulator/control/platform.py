"""The control API's calls as a table; api.md fixes paths."""

from hmac import compare_digest

from simulator.control import (
    anomalies,
    anomaly_schemas,
    captchas,
    evidence,
    explanations,
    people,
    records,
    schemas,
    worlds,
)
from simulator.control.alert_operations import alert_operations
from simulator.control.application_operations import APPLICATION_OPERATIONS
from simulator.control.dialect import PlainDialect
from simulator.errors import (
    AccountStateError,
    AnomalyNotApplicableError,
    BiometricsNotOfferedError,
    CaptchaUnknownError,
    ClockBackwardsError,
    ClockRangeError,
    ControlAccessError,
    InvalidPostingError,
    NoPersonalAccountError,
    OverdrawnError,
    PolicyError,
    PostingTimeError,
    UnknownPersonError,
    UnknownPlatformError,
    UnknownRecordError,
    UnknownRegionError,
    UnknownWorldError,
    WorldExistsError,
    WorldProtectedError,
)
from simulator.services.webhook_targets import WebhookTargets
from simulator.settings import is_loopback
from simulator.web.call import Call
from simulator.web.operations import Operation, Platform

_WORLD = "/worlds/{world}"
_PERSON = _WORLD + "/people/{id_number}"
_NOTES = {
    "world": "name of a world",
    "id_number": "resident ID number of a person of the world",
    "platform": "national, local (where the person is insured) or local:330100",
    "captcha_id": "id of an image captcha, as a platform answered it",
    "request_id": "X-Request-Id of an answer",
}


def _worlds() -> tuple[Operation, ...]:
    return (
        Operation(
            "list_worlds",
            "GET",
            "/worlds",
            worlds.list_worlds,
            "All worlds",
            answer=schemas.WorldsAnswer(),
        ),
        Operation(
            "make_world",
            "POST",
            "/worlds",
            worlds.make_world,
            "Make a world",
            body=schemas.WorldBody(),
            answer=schemas.WorldAnswer(),
            status=201,
            refusals=(WorldExistsError, ClockRangeError, PolicyError),
        ),
        Operation(
            "read_world",
            "GET",
            _WORLD,
            worlds.read_world,
            "One world",
            answer=schemas.WorldAnswer(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "delete_world",
            "DELETE",
            _WORLD,
            worlds.delete_world,
            "Forget a world",
            status=204,
            refusals=(UnknownWorldError, WorldProtectedError),
            path_notes=_NOTES,
        ),
        Operation(
            "reset_world",
            "POST",
            _WORLD + "/reset",
            worlds.reset_world,
            "Put a world back to what it was when it was made",
            answer=schemas.WorldAnswer(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "read_clock",
            "GET",
            _WORLD + "/clock",
            worlds.read_clock,
            "A world's clock",
            answer=schemas.ClockAnswer(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "change_clock",
            "PATCH",
            _WORLD + "/clock",
            worlds.change_clock,
            "Freeze, advance, scale or follow",
            body=schemas.ClockChangeBody(),
            answer=schemas.ClockAnswer(),
            refusals=(UnknownWorldError, ClockBackwardsError, ClockRangeError),
            path_notes=_NOTES,
        ),
        Operation(
            "read_policy",
            "GET",
            _WORLD + "/policy",
            worlds.read_policy,
            "The policy in force, and what platforms and areas differ in",
            answer=schemas.PolicyBody(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "change_policy",
            "PATCH",
            _WORLD + "/policy",
            worlds.change_policy,
            "Set policy values; null takes one back to its default",
            body=schemas.PolicyBody(),
            answer=schemas.PolicyBody(),
            refusals=(UnknownWorldError, PolicyError),
            path_notes=_NOTES,
        ),
    )


def _people() -> tuple[Operation, ...]:
    return (
        Operation(
            "list_people",
            "GET",
            _WORLD + "/people",
            people.list_people,
            "People in a stable order that looks shuffled",
            query=schemas.PeopleQuery(),
            answer=schemas.PeopleAnswer(),
            refusals=(UnknownWorldError, UnknownRegionError),
            path_notes=_NOTES,
        ),
        Operation(
            "read_person",
            "GET",
            _PERSON,
            people.read_person,
            "One person, unmasked",
            answer=schemas.PersonAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError),
            path_notes=_NOTES,
        ),
        Operation(
            "read_ledger",
            "GET",
            _PERSON + "/ledger",
            people.read_ledger,
            "The person's ledger as it truly is, newest entry first",
            answer=schemas.LedgerEntriesAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError),
            path_notes=_NOTES,
        ),
        Operation(
            "post_entry",
            "POST",
            _PERSON + "/ledger",
            people.post_entry,
            "Book an entry to the person's ledger",
            body=schemas.LedgerBody(),
            answer=schemas.LedgerAnswer(),
            status=201,
            refusals=(
                UnknownWorldError,
                UnknownPersonError,
                InvalidPostingError,
                PostingTimeError,
                NoPersonalAccountError,
                OverdrawnError,
            ),
            path_notes=_NOTES,
        ),
        Operation(
            "read_anomalies",
            "GET",
            _PERSON + "/anomalies",
            anomalies.read_anomalies,
            "Every anomaly, and whether it is in force for the person",
            answer=anomaly_schemas.AnomaliesAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError),
            path_notes=_NOTES,
        ),
        Operation(
            "choose_anomalies",
            "PUT",
            _PERSON + "/anomalies",
            anomalies.choose_anomalies,
            "Decide about some anomalies of the person; null leaves one to policy again",
            body=anomaly_schemas.AnomaliesBody(),
            answer=anomaly_schemas.AnomaliesAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError, AnomalyNotApplicableError),
            path_notes=_NOTES,
        ),
        Operation(
            "read_account",
            "GET",
            _PERSON + "/accounts/{platform}",
            people.read_account,
            "The state of a person's account on a platform",
            answer=schemas.AccountStateAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError, UnknownPlatformError),
            path_notes=_NOTES,
        ),
        Operation(
            "patch_account",
            "PATCH",
            _PERSON + "/accounts/{platform}",
            people.patch_account,
            "Put a person's account into a state",
            body=schemas.AccountBody(),
            answer=schemas.AccountStateAnswer(),
            refusals=(
                UnknownWorldError,
                UnknownPersonError,
                UnknownPlatformError,
                AccountStateError,
            ),
            path_notes=_NOTES,
        ),
    )


def _evidence() -> tuple[Operation, ...]:
    unknown = (UnknownWorldError, UnknownPersonError)
    return (
        Operation(
            "read_id_card_front",
            "GET",
            _PERSON + "/id-card/front.jpg",
            evidence.id_card_front,
            "A photograph of the front of the person's ID card",
            query=schemas.CardPhotographQuery(),
            media_type="image/jpeg",
            slow=True,
            refusals=unknown,
            path_notes=_NOTES,
        ),
        Operation(
            "read_id_card_back",
            "GET",
            _PERSON + "/id-card/back.jpg",
            evidence.id_card_back,
            "A photograph of the back of the person's ID card",
            query=schemas.CardPhotographQuery(),
            media_type="image/jpeg",
            slow=True,
            refusals=unknown,
            path_notes=_NOTES,
        ),
        Operation(
            "read_face",
            "GET",
            _PERSON + "/face.jpg",
            evidence.face,
            "A picture of the person before a telephone",
            query=schemas.FacePhotographQuery(),
            media_type="image/jpeg",
            slow=True,
            refusals=unknown,
            path_notes=_NOTES,
        ),
        Operation(
            "read_biometric_sample",
            "GET",
            _PERSON + "/biometrics/{kind}",
            evidence.biometric_sample,
            "What a sensor delivers of the person's finger or eye",
            query=schemas.SampleQuery(),
            answer=schemas.SampleAnswer(),
            refusals=(*unknown, BiometricsNotOfferedError),
            path_notes=_NOTES | {"kind": "fingerprint or iris"},
        ),
    )


def _records() -> tuple[Operation, ...]:
    return (
        Operation(
            "read_inbox",
            "GET",
            _WORLD + "/inbox",
            records.read_inbox,
            "Captured messages, oldest first; waits for one if asked to",
            query=schemas.InboxQuery(),
            answer=schemas.InboxAnswer(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "read_captcha",
            "GET",
            _WORLD + "/captchas/{captcha_id}",
            captchas.read_captcha,
            "The answer of an image captcha",
            answer=schemas.CaptchaAnswer(),
            refusals=(UnknownWorldError, CaptchaUnknownError),
            path_notes=_NOTES,
        ),
        Operation(
            "read_journal",
            "GET",
            _WORLD + "/journal",
            records.read_journal,
            "The most recent requests, oldest first, secrets masked",
            query=schemas.JournalQuery(),
            answer=schemas.JournalAnswer(),
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "clear_journal",
            "DELETE",
            _WORLD + "/journal",
            records.clear_journal,
            "Forget the requests so far",
            status=204,
            refusals=(UnknownWorldError,),
            path_notes=_NOTES,
        ),
        Operation(
            "explain_request",
            "GET",
            _WORLD + "/explain/request/{request_id}",
            records.explain_request,
            "Why a request was answered as it was",
            answer=schemas.ExplanationAnswer(),
            refusals=(UnknownWorldError, UnknownRecordError),
            path_notes=_NOTES,
        ),
        Operation(
            "explain_balance",
            "GET",
            _WORLD + "/explain/balance",
            explanations.explain_balance,
            "What each platform shows of a person's account, and why they differ",
            query=schemas.BalanceExplanationQuery(),
            answer=schemas.BalanceExplanationAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError),
            path_notes=_NOTES,
        ),
    )


def control_platform(control_token: str | None, targets: WebhookTargets) -> Platform:
    """The control API, ready to be added to the application; `targets`: where webhooks may go."""

    def admit(call: Call) -> None:
        """With a token, whoever shows it; without one, whoever calls from this machine."""
        if control_token is None:
            if is_loopback(call.caller):
                return
        else:
            header = call.environ.get("HTTP_AUTHORIZATION", "")
            expected = f"Bearer {control_token}"
            if compare_digest(header.encode("utf-8", "replace"), expected.encode()):
                return
        raise ControlAccessError

    return Platform(
        name="control",
        prefix="/_control",
        dialect=PlainDialect(),
        operations=(
            *_worlds(),
            *_people(),
            *_evidence(),
            *_records(),
            *APPLICATION_OPERATIONS,
            *alert_operations(targets),
        ),
        title="Control API",
        in_world=False,
        admit=admit,
    )
