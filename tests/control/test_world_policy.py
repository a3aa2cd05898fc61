"""A world's policy through the control API, and that it rules the platform."""

import pytest


def policy(world):
    return world.control("GET", "/policy").data


def patch(world, body):
    return world.control("PATCH", "/policy", body)


def test_policy_shows_every_value_in_force(world) -> None:
    shown = policy(world)
    assert shown["lockout"]["wait_s"] == 1200
    assert shown["sms"]["lifetime_s"] == 300
    assert shown["regions"] == {}
    assert shown["replication"]["lag_s"] == 0
    assert shown["platforms"]["national"] == {"replication": {"lag_s": 1800, "jitter_s": 600}}
    changed = patch(world, {"lockout": {"wait_s": 60}}).data
    assert changed == policy(world) == shown | {"lockout": shown["lockout"] | {"wait_s": 60}}


def test_dotted_names_are_understood_alone_and_together(world) -> None:
    body = {"lockout.wait_s": 60, "lockout.threshold": 3, "lockout": {"mode": "linear"}}
    _ = patch(world, body | {"platforms.national.sms.digits": 4}).data
    shown = policy(world)
    lockout = {name: shown["lockout"][name] for name in ("wait_s", "threshold", "mode")}
    assert lockout == {"wait_s": 60, "threshold": 3, "mode": "linear"}
    assert shown["platforms"]["national"]["sms"] == {"digits": 4}


@pytest.mark.parametrize(
    "patches",
    [
        [{"lockout.wait_s": None}, {"lockout": {"threshold": None}}],
        [{"lockout": None}],
        [{"lockout": {"wait_s": None, "threshold": None}}],
    ],
)
def test_null_takes_a_value_or_a_section_back(world, patches) -> None:
    before = policy(world)
    _ = patch(world, {"lockout": {"wait_s": 60, "threshold": 3}}).data
    for each in patches:
        _ = patch(world, each).data
    assert policy(world) == before
    assert world.control("GET").data["policy"] == {}


def test_null_takes_back_what_the_world_was_made_with(make_world) -> None:
    world = make_world(policy={"lockout.wait_s": 60})
    _ = patch(world, {"lockout": None}).data
    assert policy(world)["lockout"]["wait_s"] == 1200
    _ = world.control("POST", "/reset").data
    assert policy(world)["lockout"]["wait_s"] == 60


def test_policy_of_a_platform_wins_over_that_of_the_world(world) -> None:
    _ = patch(
        world, {"sms.lifetime_s": 100, "platforms": {"national": {"sms.lifetime_s": 50}}}
    ).data
    body = {"phone": "13800138000", "purpose": "register"}
    assert world.ask("POST", "/sms-codes", body).data["expires_in"] == 50
    _ = patch(world, {"platforms.national": None}).data
    world.advance(minutes=1)
    assert world.ask("POST", "/sms-codes", body).data["expires_in"] == 100


def test_policy_of_a_pooling_area_is_kept_apart(world) -> None:
    _ = patch(world, {"regions": {"330100": {"lockout": {"threshold": 2}}}}).data
    shown = policy(world)
    assert shown["regions"] == {"330100": {"lockout": {"threshold": 2}}}
    assert shown["lockout"]["threshold"] == 5


def test_pooling_area_is_known_by_each_of_its_codes(world) -> None:
    for code, digits in (("330199", 4), ("330106", 5), ("330100", 7)):
        shown = patch(world, {"regions": {code: {"sms": {"digits": digits}}}}).data
        assert shown["regions"] == {"330100": {"sms": {"digits": digits}}}
    assert patch(world, {"regions": {"330199": None}}).data["regions"] == {}


@pytest.mark.parametrize(
    ("body", "path", "hint"),
    [
        ({"lokout": {}}, "lokout", "did you mean 'lockout'?"),
        ({"lockout": {"treshold": 3}}, "lockout.treshold", "did you mean 'threshold'?"),
        ({"lockout.wait": 3}, "lockout.wait", "did you mean 'wait_s'?"),
        ({"zzz": 1}, "zzz", "known: "),
        ({"platform": {}}, "platform", "did you mean 'platforms'?"),
        ({"lockout": {"threshold": 0}}, "lockout.threshold", ""),
        ({"lockout": {"threshold": True}}, "lockout.threshold", ""),
        ({"lockout": {"threshold": "5"}}, "lockout.threshold", ""),
        ({"lockout": {"threshold": 5.5}}, "lockout.threshold", ""),
        ({"lockout": {"mode": "eternal"}}, "lockout.mode", "fixed, multiple, linear, permanent"),
        ({"lockout": 5}, "lockout", ""),
        ({"lockout": []}, "lockout", ""),
        ({"envelope": {"always_200": 1}}, "envelope.always_200", ""),
        ({"platforms": {"moon": {}}}, "platforms.moon", "national"),
        (
            {"platforms": {"national": {"sms": {"digit": 4}}}},
            "platforms.national.sms.digit",
            "digits",
        ),
        ({"platforms": {"national": {"id_space": "realistic"}}}, "platforms.national.id_space", ""),
        ({"regions": {"999999": {"sms": {"digits": 4}}}}, "regions.999999", "not a pooling area"),
        ({"regions": {"330000": None}}, "regions.330000", "not a pooling area"),
        ({"lockout": {"treshold": None}}, "lockout.treshold", "did you mean 'threshold'?"),
        ({"regions": {"330100": {"smss": None}}}, "regions.330100.smss", "did you mean 'sms'?"),
        ({"second_factor": {"methods": []}}, "second_factor.methods", ""),
        ({"second_factor": {"methods": ["voice"]}}, "second_factor.methods.0", "iris"),
        ({"biometrics": {"kinds": ["iris", "voice"]}}, "biometrics.kinds.1", "fingerprint"),
        ({"biometrics": {"iris_threshold": 1.01}}, "biometrics.iris_threshold", ""),
        ({"card_photo": {"min_sharpness": "16"}}, "card_photo.min_sharpness", ""),
        ({"card_photo": {"min_sharpness": True}}, "card_photo.min_sharpness", ""),
        ({"face_photo": {"min_similarity": 2}}, "face_photo.min_similarity", ""),
        ({"face_photo.min_likeness": 0.5}, "face_photo.min_likeness", "did you mean"),
        ({"upload": {"max_bytes": 10_000_001}}, "upload.max_bytes", ""),
        ({"upload": {"max_pixels": 1e9}}, "upload.max_pixels", ""),
        ({"real_name": {"same_person": "both"}}, "real_name.same_person", "refuse, move"),
        ({"real_name": {"tries_per_day": 0}}, "real_name.tries_per_day", ""),
        ({"liveness": {"challenge": "smile"}}, "liveness.challenge", "none, mouth_open"),
        ({"latency": "slow"}, "latency", ""),
        ({"latency": -5}, "latency.delay_ms", ""),
        ({"session": {"access_lifetime_s": 10**9}}, "", "refresh_lifetime_s"),
        ({"support": {"review_after_s": 10**6}}, "", "unlock_after_s"),
        ({"password": {"min_length": 20, "max_length": 19}}, "", "max_length is 19"),
        ({"platforms": {"national": {"session": {"refresh_lifetime_s": 1}}}}, "", "national"),
        ({"regions": {"330100": {"session": {"refresh_lifetime_s": 1}}}}, "", "330100"),
        (
            {"replication": {"outages": [{"from": "2026-06-15"}]}},
            "replication.outages.0.until",
            "Missing data",
        ),
        ({"replication": {"batch_times": ["2:00"]}}, "replication.batch_times.0", '"02:00"'),
        ({"replication": {"batch_times": [None]}}, "replication.batch_times.0", "null"),
        ({"replication": {"batch_times": ["02:00"] * 49}}, "replication.batch_times", "48"),
        ({"replication": {"lag_s": -1}}, "replication.lag_s", ""),
        ({"replication": {"jitter_s": 10**9}}, "replication.jitter_s", ""),
        ({"replication": {"lag": 1}}, "replication.lag", "did you mean 'lag_s'?"),
        (
            {"platforms": {"local": {"replication": {"lag_s": 1}}}},
            "platforms.local.replication",
            "source",
        ),
        ({"replication": {"outages": {}}}, "replication.outages", "not an object"),
        ({"replication": {"lag_s": {}}}, "replication.lag_s", "not an object"),
        ({"id_space": {}}, "id_space", "not an object"),
        ({"a." * 2000 + "a": 1}, "", "nested deeper"),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {}}}}}}}}}}, "", "nested deeper"),
    ],
)
def test_wrong_value_is_refused_with_its_path_and_a_hint(world, body, path, hint) -> None:
    before = policy(world)
    refusal = patch(world, body)
    assert (refusal.status, refusal.code) == (400, "policy.invalid")
    [(found, [message, *_])] = refusal.details["fields"].items()
    assert found == path
    assert hint in message
    assert policy(world) == before


def window(since, until):
    return {"from": since, "until": until}


OUTAGE = window("2026-06-15T10:00:00+08:00", "2026-06-15T12:00:00+08:00")


@pytest.mark.parametrize(
    ("values", "path", "hint"),
    [
        (
            {"outages": [OUTAGE, window("2026-06-15T11:00", "2026-06-16")]},
            "outages.1.from",
            "until",
        ),
        ({"outages": [window("2026-06-16", "2026-06-15")]}, "outages.0.until", "not after"),
        ({"outages": [window("2026-06-16", "soon")]}, "outages.0.until", "ISO 8601"),
        ({"outages": [window("2023-12-31", "2026-06-15")]}, "outages.0.from", "2024-01-01"),
        ({"outages": [window("2026-06-15", "2100-01-01")]}, "outages.0.until", "2099-12-31"),
        ({"outages": [window(5, "2026-06-15")]}, "outages.0.from", "text"),
        ({"outages": [OUTAGE] * 49}, "outages", "48"),
        ({"outages": ["2026-06-15"]}, "outages.0", "Invalid input"),
        ({"outages": [OUTAGE | {"form": 1}]}, "outages.0.form", "did you mean 'from'?"),
        ({"daily_outages": [window("01:00", "25:00")]}, "daily_outages.0.until", "02:00"),
        ({"daily_outages": [window("01:00", "01:00")]}, "daily_outages.0.until", "nothing is left"),
        ({"daily_outages": [window("00:00", "24:00")]}, "daily_outages.0.until", "nothing is left"),
        (
            {"daily_outages": [window("01:00", "05:00")], "catch_up_s": 20 * 3600},
            "daily_outages",
            "nothing is left",
        ),
        (
            {"batch_times": ["02:00"], "daily_outages": [window("01:00", "05:00")]},
            "batch_times.0",
            "daily_outages.0",
        ),
        ({"batch_times": ["00:00", "24:00"]}, "batch_times.1", "twice"),
        ({"batch_times": ["02:00"], "batch_every_s": 60}, "batch_times", "batch_every_s is 60"),
    ],
)
def test_contradictions_of_replication_are_refused_where_they_are_set(
    world, values, path, hint
) -> None:
    for place in ("", "platforms.national.", "regions.330100."):
        before = policy(world)
        refusal = patch(world, {f"{place}replication": values})
        assert (refusal.status, refusal.code) == (400, "policy.invalid")
        [(found, [message, *_])] = refusal.details["fields"].items()
        assert found == f"{place}replication.{path}"
        assert hint in message
        assert policy(world) == before


def test_contradiction_with_a_default_of_a_platform_says_which(world) -> None:
    refusal = patch(world, {"replication": {"batch_times": ["02:00"]}})
    [(path, [message])] = refusal.details["fields"].items()
    assert path == "replication.batch_times"
    assert message.startswith("wechat: batch_every_s is 3600 as well")
    values = {"batch_times": ["02:00"], "batch_every_s": 0}
    shown = patch(world, {"replication": values}).data
    assert shown["replication"]["batch_times"] == ["02:00"]
    assert shown["platforms"]["wechat"] == {"replication": {"lag_s": 3600}}
    _ = patch(world, {"replication": None}).data
    assert policy(world)["platforms"]["wechat"]["replication"]["batch_every_s"] == 3600


def test_policy_that_is_no_object_is_refused(world) -> None:
    assert world.control("PATCH", "/policy", [1]).code == "request.invalid"


def test_all_wrong_values_are_told_at_once(world) -> None:
    refusal = patch(world, {"sms": {"digits": 1, "x": 1}, "lockout": {"wait_s": "1"}, "q": 1})
    assert set(refusal.details["fields"]) == {"sms.digits", "sms.x", "lockout.wait_s", "q"}


def test_nothing_of_a_patch_is_kept_when_a_part_of_it_is_wrong(world) -> None:
    _ = patch(world, {"sms": {"digits": 4}, "lockout": {"wait_s": -1}})
    assert policy(world)["sms"]["digits"] == 6


class TestEnvelope:
    """`always_200`: refusals with HTTP 200, as many real portals answer."""

    def test_every_refusal_comes_with_200_and_says_its_code(self, world) -> None:
        world.set_policy({"envelope.always_200": True})
        person = world.person()
        answers = {
            "session.missing": world.ask("GET", "/balance"),
            "session.invalid": world.ask("GET", "/balance", token="x"),
            "request.malformed_json": world.ask(
                "POST", "/sessions", data=b"{", content_type="application/json"
            ),
            "route.unknown": world.ask("GET", "/nothing"),
            "route.method_not_allowed": world.ask("DELETE", "/balance"),
            "sign_in.wrong_password": world.try_password(person),
        }
        for code, answer in answers.items():
            assert (answer.status, answer.code) == (200, code)
            assert answer.json["type"] == "error"

    def test_success_keeps_its_status(self, world) -> None:
        world.set_policy({"envelope.always_200": True})
        phone = world.person(registered=False)["phone"]
        body = {"phone": phone, "sms_code": world.code(phone, "register"), "password": "Lookup-26"}
        assert world.ask("POST", "/accounts", body).status == 201

    def test_control_api_keeps_its_statuses(self, world) -> None:
        world.set_policy({"envelope.always_200": True})
        assert world.control("GET", "/people/x").status == 404

    def test_journal_tells_the_status_sent_and_the_code(self, world) -> None:
        world.set_policy({"envelope.always_200": True})
        _ = world.ask("GET", "/balance")
        entry = world.control("GET", "/journal").data["items"][-1]
        assert (entry["status"], entry["code"]) == (200, "session.missing")


class TestLatency:
    """Injected latency is told to the carrier, which waits; nothing here does."""

    def delays(self, app, world, count=50, path="/national/api/v1/balance"):
        delays = []
        for number in range(count):
            environ = {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": f"/w/{world.name}{path}",
                "QUERY_STRING": "",
                "HTTP_X_REQUEST_ID": f"r-{number}",
            }
            delays.append(app.answer(environ).delay_ms)
        return delays

    def test_none_by_default(self, app, world) -> None:
        assert set(self.delays(app, world)) == {0}

    def test_fixed(self, app, world) -> None:
        world.set_policy({"latency": 200})
        assert set(self.delays(app, world)) == {200}

    def test_of_one_platform_alone(self, app, world) -> None:
        world.set_policy({"platforms": {"national": {"latency": 70}}})
        assert set(self.delays(app, world)) == {70}

    @pytest.mark.parametrize(
        ("latency", "low", "high"),
        [
            ({"distribution": "uniform", "delay_ms": 100, "spread_ms": 40}, 60, 140),
            ({"distribution": "normal", "delay_ms": 100, "spread_ms": 20}, 0, 250),
            ({"distribution": "lognormal", "delay_ms": 100, "max_ms": 150}, 1, 150),
        ],
    )
    def test_drawn_from_a_distribution(self, app, world, latency, low, high) -> None:
        world.set_policy({"latency": latency})
        delays = self.delays(app, world)
        assert len(set(delays)) > 10
        assert low <= min(delays) <= 100 <= max(delays) <= high
        assert self.delays(app, world) == delays

    def test_control_api_is_never_delayed(self, app, world) -> None:
        world.set_policy({"latency": 200})
        path = f"/_control/worlds/{world.name}"
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
        assert app.answer(environ).delay_ms == 0

    def test_journal_tells_the_delay_apart_from_the_work(self, app, world) -> None:
        world.set_policy({"latency": 60_000})
        _ = self.delays(app, world, count=1)
        entry = world.control("GET", "/journal").data["items"][-1]
        assert entry["delay_ms"] == 60_000
        assert entry["duration_us"] < 60_000_000
