"""Evidence of the control API: pictures and samples, the same whenever the same is asked."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

PICTURES = {"front": (1280, 896), "back": (1280, 896), "face": (480, 600)}
PATHS = {"front": "id-card/front.jpg", "back": "id-card/back.jpg", "face": "face.jpg"}
SAMPLES = {"fingerprint": 10, "iris": 2}
"""How many of each a person has."""


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture(params=PICTURES)
def what(request):
    return request.param


@pytest.fixture(params=SAMPLES)
def kind(request):
    return request.param


def pixels(data):
    with Image.open(BytesIO(data), formats=["JPEG"]) as image:
        image.load()
        return image


def ask(world, person, path, **query):
    return world.control("GET", f"/people/{person['id_number']}/{path}", query_string=query)


class TestPictures:
    def test_are_colour_jpegs_of_a_stated_size(self, world, person, what) -> None:
        answer = world.evidence(person, what)
        assert answer.headers["Content-Type"] == "image/jpeg"
        image = pixels(answer.response.data)
        assert (image.size, image.mode) == (PICTURES[what], "RGB")

    def test_same_question_has_the_same_bytes(self, world, make_world, person, what) -> None:
        conditions = {"blur": 1.5, "glare": 0.05, "rotate": 3, "seed": 7}
        first = world.evidence(person, what, **conditions).response.data
        assert world.evidence(person, what, **conditions).response.data == first
        assert make_world().evidence(person, what, **conditions).response.data == first

    @pytest.mark.parametrize(
        "conditions",
        [
            {"blur": 3},
            {"darkness": 0.5},
            {"brightness": 2},
            {"glare": 0.2},
            {"rotate": 10},
            {"noise": 20},
            {"seed": 1},
        ],
    )
    def test_every_condition_changes_the_picture(self, world, person, conditions) -> None:
        assert world.picture(person, "face", **conditions) != world.picture(person, "face")

    def test_people_differ(self, world, what) -> None:
        people = [world.person(skip=skip) for skip in range(3)]
        assert len({world.picture(each, what) for each in people}) == 3

    def test_seeds_differ(self, world, make_world, what) -> None:
        """The same place in the population of another seed is another person."""
        other = make_world(seed=2)
        assert world.picture(world.person(), what) != other.picture(other.person(), what)

    @pytest.mark.parametrize("side", ["front", "back"])
    def test_expired_card_differs_on_its_back_alone(self, world, person, side) -> None:
        same = world.picture(person, side) == world.picture(person, side, expired=True)
        assert same is (side == "front")

    def test_card_is_that_of_the_worlds_day(self, make_world) -> None:
        """Thirty years on, a young person holds a newer card with the same face."""
        world = make_world()
        young = max(world.people(), key=lambda each: each["birth_date"])
        before = {side: world.picture(young, side) for side in ("front", "back", "face")}
        world.advance(days=30 * 365)
        assert world.picture(young, "back") != before["back"]
        assert world.picture(young, "front") == before["front"]
        assert world.picture(young, "face") == before["face"]

    def test_darkness_darkens_and_brightness_brightens(self, world, person, what) -> None:
        def light(**conditions):
            grey = pixels(world.picture(person, what, **conditions)).convert("L")
            return np.asarray(grey).mean()

        assert light(darkness=0.3) < 0.5 * light() < light() < light(brightness=2)


class TestFaces:
    def test_other_person_steps_into_the_place(self, world, person) -> None:
        plain = world.picture(person, "face")
        assert ask(world, person, "face.jpg", other="false").response.data == plain
        assert ask(world, person, "face.jpg", other=person["id_number"]).response.data == plain
        anybody = ask(world, person, "face.jpg", other="true").response.data
        named = ask(world, person, "face.jpg", other=world.person(skip=1)["id_number"])
        assert len({plain, anybody, named.response.data}) == 3

    def test_other_person_must_exist(self, world, person) -> None:
        refusal = ask(world, person, "face.jpg", other="110101199003078881")
        assert (refusal.status, refusal.code) == (404, "person.unknown")

    def test_open_mouth_changes_little_but_something(self, world, person) -> None:
        closed, opened = (
            np.asarray(pixels(world.picture(person, "face", noise=0, mouth_open=each)), np.int16)
            for each in (False, True)
        )
        changed = (abs(closed - opened).sum(axis=2) > 60).mean()
        assert 0 < changed < 0.1


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("blur", ["-0.1", "50.1", "nan", "inf", "1e1", "x", "", "１", "0x1"]),
            ("darkness", ["-0.1", "1.1"]),
            ("brightness", ["0.9", "10.5"]),
            ("glare", ["-1", "1.01"]),
            ("rotate", ["-361", "361"]),
            ("noise", ["-1", "101"]),
            ("seed", ["-1", "1.5", "99999999999", "x"]),
        ],
    )
    def test_conditions_out_of_their_range(self, world, person, what, name, values) -> None:
        for value in values:
            refusal = ask(world, person, PATHS[what], **{name: value})
            assert (refusal.status, refusal.code) == (400, "request.invalid"), value
            assert list(refusal.details["fields"]) == [name]

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            ("id-card/front.jpg", "expired"),
            ("id-card/back.jpg", "expired"),
            ("face.jpg", "mouth_open"),
        ],
    )
    def test_flags_are_true_or_false(self, world, person, path, name) -> None:
        for value in ("yes", "True", "2", ""):
            assert ask(world, person, path, **{name: value}).code == "request.invalid"

    @pytest.mark.parametrize(
        ("path", "name"),
        [("id-card/front.jpg", "mouth_open"), ("face.jpg", "expired"), ("face.jpg", "blurr")],
    )
    def test_conditions_that_a_picture_does_not_have(self, world, person, path, name) -> None:
        refusal = ask(world, person, path, **{name: "1"})
        assert list(refusal.details["fields"]) == [name]

    @pytest.mark.parametrize("path", [*PATHS.values(), "biometrics/iris"])
    def test_nobody_has_no_evidence(self, world, client, person, path) -> None:
        nobody = person | {"id_number": "110101199003078881"}
        refusal = ask(world, nobody, path)
        assert (refusal.status, refusal.code) == (404, "person.unknown")
        nowhere = client.get(f"/_control/worlds/nowhere/people/{person['id_number']}/{path}")
        assert (nowhere.status_code, nowhere.get_json()["code"]) == (404, "world.unknown")


class TestSamples:
    def test_same_question_has_the_same_bytes(self, world, make_world, person, kind) -> None:
        first = world.sample(person, kind, noise=0.4, seed=3)
        assert world.sample(person, kind, noise=0.4, seed=3) == first
        assert make_world().sample(person, kind, noise=0.4, seed=3) == first
        assert world.sample(person, kind, noise=0.4, seed=4) != first
        assert b64decode(first).startswith(b"YBBS")

    def test_all_of_a_person_differ_and_there_are_no_more(self, world, person, kind) -> None:
        count = SAMPLES[kind]
        samples = {world.sample(person, kind, position=each) for each in range(count)}
        assert len(samples) == count
        refusal = ask(world, person, f"biometrics/{kind}", position=count)
        assert (refusal.status, refusal.code) == (400, "request.invalid")
        assert list(refusal.details["fields"]) == ["position"]

    def test_answer_says_what_it_is(self, world, person, kind) -> None:
        data = ask(world, person, f"biometrics/{kind}", position=1).data
        assert (data["kind"], data["position"]) == (kind, 1)
        assert data["sample"] == world.sample(person, kind, position=1)

    def test_people_and_seeds_differ(self, world, make_world, person, kind) -> None:
        elsewhere = make_world(seed=2)
        samples = {
            world.sample(person, kind),
            world.sample(world.person(skip=1), kind),
            elsewhere.sample(elsewhere.person(), kind),
        }
        assert len(samples) == 3

    def test_sensor_without_noise_sees_the_same_at_every_touch(self, world, person, kind) -> None:
        assert world.sample(person, kind, noise=0) == world.sample(person, kind, noise=0, seed=9)

    @pytest.mark.parametrize(("name", "value"), [("noise", "1.1"), ("noise", "-1"), ("seed", "x")])
    def test_wrong_conditions_are_refused(self, world, person, kind, name, value) -> None:
        refusal = ask(world, person, f"biometrics/{kind}", **{name: value})
        assert list(refusal.details["fields"]) == [name]

    def test_unknown_kind_is_refused_with_the_known_ones(self, world, person) -> None:
        refusal = ask(world, person, "biometrics/voice")
        assert (refusal.status, refusal.code) == (404, "biometrics.not_offered")
        assert refusal.details == {"kind": "voice", "known": list(SAMPLES)}
