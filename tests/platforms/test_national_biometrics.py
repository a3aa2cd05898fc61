"""Fingerprint and iris on national and local platforms: enrolled, verified, as a second factor."""

from base64 import b64decode, b64encode

import pytest

ASKED_AT = ("national", "local")

KINDS = ["fingerprint", "iris"]
THRESHOLDS = {"fingerprint": 0.2, "iris": 0.68}
WRONG_PLACE = {"fingerprint": "biometrics.wrong_finger", "iris": "biometrics.wrong_eye"}


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def token(world, person):
    return world.sign_in(person)


def enrol(world, token, kind, sample):
    return world.ask("PUT", f"/account/biometrics/{kind}", {"sample": sample}, token=token)


def verify(world, token, kind, sample=None, **body):
    if sample is not None:
        body["sample"] = sample
    return world.ask("POST", f"/account/biometrics/{kind}/verify", body, token=token)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def enrolled(world, person, token, kind):
    """The token of an account with a sample of the kind."""
    _ = enrol(world, token, kind, world.sample(person, kind)).data
    return token


class TestVerification:
    def test_another_touch_of_what_was_enrolled_matches(
        self, world, person, enrolled, kind
    ) -> None:
        again = world.sample(person, kind, seed=1)
        assert again != world.sample(person, kind)
        verdict = verify(world, enrolled, kind, again).data
        assert verdict["matched"] is True
        assert 1 >= verdict["score"] >= verdict["threshold"] == THRESHOLDS[kind]
        assert (verdict["kind"], verdict["code"]) == (kind, None)

    def test_other_finger_or_eye_of_the_person_is_told_as_such(
        self, world, person, enrolled, kind
    ) -> None:
        verdict = verify(world, enrolled, kind, world.sample(person, kind, position=1)).data
        assert (verdict["matched"], verdict["code"]) == (False, WRONG_PLACE[kind])
        assert verdict["score"] < verdict["threshold"]

    def test_other_person_does_not_match(self, world, enrolled, kind) -> None:
        other = world.person(skip=1)
        verdict = verify(world, enrolled, kind, world.sample(other, kind)).data
        assert (verdict["matched"], verdict["code"]) == (False, "biometrics.not_matched")
        assert verdict["tries_left"] == 4

    def test_person_of_another_seed_does_not_match(self, world, make_world, enrolled, kind) -> None:
        elsewhere = make_world(seed=2)
        verdict = verify(world, enrolled, kind, elsewhere.sample(elsewhere.person(), kind)).data
        assert verdict["matched"] is False

    def test_noisy_sensor_is_refused_and_costs_no_try(self, world, person, enrolled, kind) -> None:
        for _ in range(6):
            refusal = verify(world, enrolled, kind, world.sample(person, kind, noise=1))
            assert (refusal.status, refusal.code) == (422, "biometrics.noisy")
            assert "needed" in refusal.details["problem"]
        verdict = verify(world, enrolled, kind, world.sample(person, kind, seed=2)).data
        assert (verdict["matched"], verdict["tries_left"]) == (True, 5)

    def test_sensor_that_timed_out_is_told_and_costs_no_try(
        self, world, person, enrolled, kind
    ) -> None:
        for _ in range(6):
            refusal = verify(world, enrolled, kind, sensor_timeout=True)
            assert (refusal.status, refusal.code) == (408, "biometrics.sensor_timeout")
        assert verify(world, enrolled, kind, world.sample(person, kind)).data["matched"] is True

    def test_too_many_tries_are_refused_for_an_hour(self, world, person, enrolled, kind) -> None:
        other = world.sample(world.person(skip=1), kind)
        for left in (4, 3, 2, 1, 0):
            assert verify(world, enrolled, kind, other).data["tries_left"] == left
        world.advance(minutes=20)
        own = world.sample(person, kind)
        for refusal in (verify(world, enrolled, kind, own), enrol(world, enrolled, kind, own)):
            assert (refusal.status, refusal.code) == (429, "biometrics.too_many_tries")
            assert refusal.headers["Retry-After"] == "2400"
            assert refusal.details == {"retry_at": "2026-06-15T11:00:00+08:00"}
        world.advance(minutes=40)
        assert verify(world, enrolled, kind, own).data["matched"] is True

    def test_match_forgets_the_failures(self, world, person, enrolled, kind) -> None:
        other, own = world.sample(world.person(skip=1), kind), world.sample(person, kind)
        for _ in range(3):
            for left in (4, 3):
                assert verify(world, enrolled, kind, other).data["tries_left"] == left
            assert verify(world, enrolled, kind, own).data["tries_left"] == 5

    def test_nothing_enrolled_is_told(self, world, person, token, kind) -> None:
        refusal = verify(world, token, kind, world.sample(person, kind))
        assert (refusal.status, refusal.code) == (409, "biometrics.not_enrolled")

    @pytest.mark.parametrize("body", [{}, {"sensor_timeout": False}])
    def test_sample_or_time_out_is_expected(self, world, enrolled, kind, body) -> None:
        assert verify(world, enrolled, kind, **body).code == "request.invalid"

    def test_sample_with_a_time_out_makes_no_sense(self, world, person, enrolled, kind) -> None:
        sample = world.sample(person, kind)
        assert verify(world, enrolled, kind, sample, sensor_timeout=True).code == "request.invalid"


class TestEnrolment:
    def test_sample_is_kept_and_its_size_told(self, world, person, token, kind) -> None:
        sample = world.sample(person, kind)
        data = enrol(world, token, kind, sample).data
        assert data == {"kind": kind, "enrolled": True, "sample_bytes": len(b64decode(sample))}

    def test_newer_sample_replaces_the_older(self, world, person, enrolled, kind) -> None:
        _ = enrol(world, enrolled, kind, world.sample(person, kind, position=1)).data
        first, second = (world.sample(person, kind, position=each, seed=1) for each in (0, 1))
        assert verify(world, enrolled, kind, second).data["matched"] is True
        assert verify(world, enrolled, kind, first).data["code"] == WRONG_PLACE[kind]

    def test_kinds_are_apart(self, world, person, enrolled, kind) -> None:
        [other] = set(KINDS) - {kind}
        refusal = verify(world, enrolled, other, world.sample(person, other))
        assert refusal.code == "biometrics.not_enrolled"

    def test_unverified_account_enrols_nothing(self, world, kind) -> None:
        person = world.person(registered=False)
        refusal = enrol(world, world.register(person), kind, world.sample(person, kind))
        assert (refusal.status, refusal.code) == (403, "real_name.required")

    def test_bytes_that_are_no_sample_are_refused(self, world, person, enrolled, kind) -> None:
        good = b64decode(world.sample(person, kind))
        for data in (b"", b"x", bytes(100), good[:-1], good + b"x", good[:9] + b"\xff" + good[10:]):
            sample = b64encode(data).decode()
            for refusal in (
                enrol(world, enrolled, kind, sample),
                verify(world, enrolled, kind, sample),
            ):
                code = "biometrics.not_a_sample" if data else "request.invalid"
                assert (refusal.status, refusal.code) == (400, code), data
        assert verify(world, enrolled, kind, world.sample(person, kind)).data["matched"] is True

    def test_sample_of_the_other_kind_is_refused(self, world, person, enrolled, kind) -> None:
        [other] = set(KINDS) - {kind}
        sample = world.sample(person, other)
        for refusal in (
            enrol(world, enrolled, kind, sample),
            verify(world, enrolled, kind, sample),
        ):
            assert (refusal.status, refusal.code) == (400, "biometrics.wrong_kind")

    def test_kind_that_nobody_knows_is_not_offered(self, world, token) -> None:
        refusal = enrol(world, token, "voice", "AAAA")
        assert (refusal.status, refusal.code) == (404, "biometrics.not_offered")
        assert refusal.details == {"kind": "voice", "known": KINDS}

    def test_samples_are_not_in_the_journal(self, world, person, enrolled, kind) -> None:
        sample = world.sample(person, kind)
        journal = world.control("GET", "/journal").response.get_data(as_text=True)
        assert f"/account/biometrics/{kind}" in journal
        assert sample not in journal


class TestPolicy:
    def test_kind_that_the_platform_does_not_offer(self, world, person, enrolled, kind) -> None:
        world.set_policy({"biometrics.kinds": sorted(set(KINDS) - {kind})})
        sample = world.sample(person, kind)
        for refusal in (
            enrol(world, enrolled, kind, sample),
            verify(world, enrolled, kind, sample),
        ):
            assert (refusal.status, refusal.code) == (404, "biometrics.not_offered")

    def test_threshold_decides(self, world, person, enrolled, kind) -> None:
        again, other = (
            world.sample(person, kind, seed=1),
            world.sample(world.person(skip=1), kind),
        )
        world.set_policy({f"biometrics.{kind}_threshold": 1.0})
        assert verify(world, enrolled, kind, again).data["matched"] is False
        world.set_policy({f"biometrics.{kind}_threshold": 0.0})
        assert verify(world, enrolled, kind, other).data["matched"] is True

    def test_tries_of_an_hour(self, world, enrolled, kind) -> None:
        world.set_policy({"biometrics.max_tries_per_hour": 1})
        other = world.sample(world.person(skip=1), kind)
        assert verify(world, enrolled, kind, other).data["tries_left"] == 0
        assert verify(world, enrolled, kind, other).code == "biometrics.too_many_tries"


class TestSecondFactor:
    @pytest.fixture
    def asked(self, world, person, enrolled, kind):
        """What the sign-in asks of an account whose second factor is the kind."""
        body = {"method": kind}
        assert world.ask("PUT", "/account/second-factor", body, token=enrolled).data == body
        refusal = world.try_password(person, person["default_password"])
        assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_required")
        return refusal.details

    def finish(self, world, person, asked, **proof):
        body = {"phone": person["phone"], "password": person["default_password"]}
        body["second_factor"] = {"challenge": asked["challenge"]} | proof
        return world.ask("POST", "/sessions", body)

    def test_sample_opens_the_session_once(self, world, person, kind, asked) -> None:
        assert asked["method"] == kind
        sample = world.sample(person, kind, seed=3)
        session = self.finish(world, person, asked, sample=sample).data
        account = world.ask("GET", "/account", token=session["access_token"]).data
        assert account["security"]["second_factor"] == kind
        again = self.finish(world, person, asked, sample=sample)
        assert (again.status, again.code) == (401, "sign_in.second_factor_expired")

    def test_no_code_is_sent(self, world, person, asked) -> None:
        assert world.control("GET", f"/inbox?to={person['phone']}").data["items"] == []

    def test_wrong_sample_costs_a_try_and_tells_the_score(self, world, person, kind, asked) -> None:
        other = world.sample(world.person(skip=1), kind)
        refusal = self.finish(world, person, asked, sample=other)
        assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_wrong")
        assert refusal.details["remaining_attempts"] == 4
        assert refusal.details["score"] < refusal.details["threshold"] == THRESHOLDS[kind]
        own = world.sample(person, kind)
        assert self.finish(world, person, asked, sample=own).status == 200

    def test_wrong_samples_end_in_a_block_of_an_hour(self, world, person, kind, asked) -> None:
        other, own = world.sample(world.person(skip=1), kind), world.sample(person, kind)
        for _ in range(5):
            assert self.finish(world, person, asked, sample=other).status == 401
        refusal = self.finish(world, person, asked, sample=own)
        assert (refusal.status, refusal.code) == (429, "biometrics.too_many_tries")
        world.advance(hours=1)
        fresh = world.try_password(person, person["default_password"]).details
        assert self.finish(world, person, fresh, sample=own).status == 200

    def test_noisy_sample_is_told_and_costs_no_try(self, world, person, kind, asked) -> None:
        for _ in range(6):
            refusal = self.finish(world, person, asked, sample=world.sample(person, kind, noise=1))
            assert (refusal.status, refusal.code) == (422, "biometrics.noisy")
        own = world.sample(person, kind)
        assert self.finish(world, person, asked, sample=own).status == 200

    def test_code_is_a_wrong_answer(self, world, person, asked) -> None:
        refusal = self.finish(world, person, asked, code="123456")
        assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_wrong")
        assert refusal.details == {"remaining_attempts": 4}

    def test_sample_is_a_wrong_answer_where_a_code_was_asked_for(
        self, world, person, enrolled, kind
    ) -> None:
        world.set_account(person, second_factor="sms")
        asked = world.try_password(person, person["default_password"]).details
        refusal = self.finish(world, person, asked, sample=world.sample(person, kind))
        assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_wrong")

    @pytest.mark.parametrize("proof", [{}, {"code": "1", "sample": "AAAA"}])
    def test_code_or_sample_is_expected(self, world, person, asked, proof) -> None:
        assert self.finish(world, person, asked, **proof).code == "request.invalid"

    def test_wrong_password_is_told_before_any_sample_is_looked_at(
        self, world, person, kind, asked
    ) -> None:
        body = {"phone": person["phone"], "password": "Wrong-0000"}
        proof = {"challenge": asked["challenge"], "sample": world.sample(person, kind)}
        refusal = world.ask("POST", "/sessions", body | {"second_factor": proof})
        assert refusal.code == "sign_in.wrong_password"

    def test_method_needs_something_enrolled(self, world, person, token, kind) -> None:
        refusal = world.ask("PUT", "/account/second-factor", {"method": kind}, token=token)
        assert (refusal.status, refusal.code) == (409, "biometrics.not_enrolled")
        _ = world.sign_in(person)
