"""From a phone number to the balance, past every photograph that is not good enough."""

from io import BytesIO

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

PASSWORD = "Lookup-2026"
CARD = "/account/real-name/id-card"
FACE = "/account/real-name/face"


@pytest.fixture
def person(world):
    """Somebody without an account yet."""
    return world.person(registered=False)


@pytest.fixture
def token(world, person):
    return world.register(person)


@pytest.fixture
def waiting(world, person, token):
    """The token of an account whose card is accepted and waits for the face."""
    _ = world.upload_own_card(token, person).data
    return token


def state(world, token):
    return world.ask("GET", "/account", token=token).data["real_name"]["state"]


def misses(figure) -> bool:
    """Whether a figure of an answer misses the threshold it was held against."""
    measured = figure["measured"]
    return measured < figure.get("at_least", measured) or measured > figure.get("at_most", measured)


def refused(answer, code, problem=None, status=422):
    assert (answer.status, answer.code) == (status, code), answer.json
    if problem is not None:
        assert answer.details["problem"] == problem
    return answer.details


class TestWholeWay:
    def test_from_phone_number_to_balance(self, world, person) -> None:
        token = world.register(person)
        assert state(world, token) == "unverified"
        assert world.ask("GET", "/balance", token=token).code == "real_name.required"

        card = world.upload_own_card(token, person).data
        assert card["state"] == state(world, token) == "id_card_accepted"
        assert card["liveness"] == "none"
        refusal = world.ask("GET", "/balance", token=token)
        assert refusal.details == {"real_name": "id_card_accepted"}

        face = world.upload_face(token, world.picture(person, "face")).data
        assert face["state"] == state(world, token) == "verified"
        assert face["score"] >= face["threshold"] == 0.65

        balance = world.ask("GET", "/balance", token=token).data
        ledger = world.control("GET", f"/people/{person['id_number']}/ledger").data
        assert balance["personal_account"]["amount"] == ledger["balance"]
        assert world.ask("GET", "/transactions", token=token).data["total"] == ledger["total"]

    def test_answers_show_the_person_masked(self, world, person, token) -> None:
        number, name = person["id_number"], person["name"]
        masked = {"id_number": number[:6] + "*" * 8 + number[-4:]}
        masked["name"] = name[0] + "*" * (len(name) - 2) + (name[-1] if len(name) > 2 else "*")
        card = world.upload_own_card(token, person)
        face = world.upload_face(token, world.picture(person, "face"))
        account = world.ask("GET", "/account", token=token)
        assert {key: card.data[key] for key in masked} == masked
        assert face.data["name"] == masked["name"]
        assert {key: account.data["real_name"][key] for key in masked} == masked
        for answer in (card, face, account):
            assert number not in answer.response.get_data(as_text=True)

    def test_card_answer_has_the_validity_and_every_figure(self, world, person, token) -> None:
        card = world.upload_own_card(token, person).data
        assert card["valid_from"] <= "2026-06-15" <= (card["valid_until"] or "9999")
        for side, particular in (("front", "name_correlation"), ("back", "date_correlation")):
            figures = card["measured"][side]
            assert {"sharpness", "luminance", "glare", particular} <= set(figures)
            assert not any(misses(figure) for figure in figures.values())

    def test_control_api_and_journal_tell_it(self, world, person, waiting) -> None:
        assert world.account(person)["real_name"] == "id_card_accepted"
        answer = world.upload_face(waiting, world.picture(person, "face"))
        assert world.account(person)["real_name"] == "verified"
        path = f"/explain/request/{answer.request_id}"
        told = world.control("GET", path).data["request"]
        assert (told["operation"], told["status"], told["body"]) == ("upload_face", 200, None)

    def test_holder_of_a_foreign_phone_number_takes_any_own_card(self, world, person) -> None:
        """A number that is nobody's in the register says nothing against a card."""
        token = world.register(person | {"phone": "13800138000"})
        assert world.upload_own_card(token, person).data["state"] == "id_card_accepted"


class TestPhotographOfTheCard:
    @pytest.mark.parametrize(
        ("conditions", "code", "problem"),
        [
            ({"blur": 5}, "real_name.photo_unclear", "sharpness"),
            ({"darkness": 0.2}, "real_name.photo_too_dark", "luminance"),
            ({"glare": 0.3}, "real_name.photo_glare", "glare"),
        ],
    )
    def test_bad_one_is_refused_with_its_figures_and_a_better_one_taken(
        self, world, person, token, conditions, code, problem
    ) -> None:
        details = refused(world.upload_own_card(token, person, **conditions), code, problem)
        assert details["side"] == "front"
        assert details["tries_left"] == 4
        assert misses(details["measured"].pop(problem))
        assert not any(misses(figure) for figure in details["measured"].values())
        assert state(world, token) == "unverified"
        assert world.upload_own_card(token, person).data["state"] == "id_card_accepted"

    def test_bad_back_is_told_as_the_back(self, world, person, token) -> None:
        front = world.picture(person, "front")
        answer = world.upload_card(token, front, world.picture(person, "back", darkness=0.2))
        assert refused(answer, "real_name.photo_too_dark")["side"] == "back"

    def test_back_as_front_and_front_as_back_are_refused(self, world, person, token) -> None:
        front, back = world.picture(person, "front"), world.picture(person, "back")
        for sides, side, seen in (
            ((back, front), "front", "back"),
            ((front,) * 2, "back", "front"),
        ):
            details = refused(world.upload_card(token, *sides), "real_name.not_an_id_card", seen)
            assert details["side"] == side

    def test_picture_of_something_else_is_no_card(self, world, person, token) -> None:
        face, back = world.picture(person, "face"), world.picture(person, "back")
        answer = world.upload_card(token, face, back)
        details = refused(answer, "real_name.not_an_id_card", "no_card")
        assert misses(details["measured"]["label_correlation"])

    def test_coarse_one_is_unclear(self, world, person, token) -> None:
        with Image.open(BytesIO(world.picture(person, "front"))) as image:
            coarse = encoded(image.resize((400, 280)), "PNG")
        answer = world.upload_card(token, coarse, world.picture(person, "back"))
        refused(answer, "real_name.photo_unclear", "short_side")

    def test_turned_card_is_read(self, world, person, token) -> None:
        assert world.upload_own_card(token, person, rotate=90).data["state"] == "id_card_accepted"

    def test_refused_one_leaves_an_accepted_card_alone(self, world, person, waiting) -> None:
        refused(world.upload_own_card(waiting, person, darkness=0.2), "real_name.photo_too_dark")
        answer = world.upload_face(waiting, world.picture(person, "face"))
        assert answer.data["state"] == "verified"


class TestRegister:
    """What is read from the card is held against the register of the world."""

    def stranger(self, world, elsewhere, *, is_known):
        """Somebody of another seed whose ID number is, or is not, somebody's here as well."""
        for person in elsewhere.people(count=200):
            if (world.control("GET", f"/people/{person['id_number']}").status == 200) is is_known:
                return person
        raise AssertionError("nobody such among 200 people")

    def test_number_of_nobody_is_not_found(self, world, make_world, person, token) -> None:
        elsewhere = make_world(seed=2)
        stranger = self.stranger(world, elsewhere, is_known=False)
        front = elsewhere.picture(stranger, "front")
        answer = world.upload_card(token, front, world.picture(person, "back"))
        refused(answer, "real_name.not_found")
        told = world.control("GET", f"/explain/request/{answer.request_id}").data
        assert told["reason"] == {"id_number_read": stranger["id_number"]}

    def test_number_of_somebody_with_another_name_does_not_match(
        self, world, make_world, person, token
    ) -> None:
        elsewhere = make_world(seed=2)
        front = elsewhere.picture(self.stranger(world, elsewhere, is_known=True), "front")
        refused(
            world.upload_card(token, front, world.picture(person, "back")), "real_name.mismatch"
        )

    def test_expired_card_is_refused_and_a_valid_one_taken(self, world, person, token) -> None:
        expired = world.picture(person, "back", expired=True)
        answer = world.upload_card(token, world.picture(person, "front"), expired)
        assert refused(answer, "real_name.id_expired")["problems"] == ["real_name.id_expired"]
        assert world.upload_own_card(token, person).status == 200

    def test_card_of_a_deceased_person_is_refused(self, world, person, token) -> None:
        world.set_policy({"real_name": {"deceased_per_mille": 1000, "deceased_from_age": 0}})
        refused(world.upload_own_card(token, person), "real_name.deceased")

    def test_card_of_another_person_is_refused(self, world, person, token) -> None:
        other = world.person(registered=False, skip=1)
        refused(world.upload_own_card(token, other), "real_name.other_person", status=409)
        world.set_policy({"real_name.card_owner": "anyone"})
        assert world.upload_own_card(token, other).data["state"] == "id_card_accepted"


class TestPersonUnderTwoAccounts:
    NEW_PHONE = "13800138000"

    def second_account(self, world, person):
        return world.register(person | {"phone": self.NEW_PHONE})

    def test_person_verified_elsewhere_is_refused(self, world) -> None:
        person = world.person()
        token = self.second_account(world, person)
        answer = world.upload_own_card(token, person)
        refused(answer, "real_name.already_verified", status=409)
        assert world.ask("GET", "/balance", token=world.sign_in(person)).status == 200

    def test_whoever_shows_the_face_first_has_the_person(self, world, person) -> None:
        first, second = world.register(person), self.second_account(world, person)
        for token in (first, second):
            assert world.upload_own_card(token, person).status == 200
        face = world.picture(person, "face")
        assert world.upload_face(second, face).data["state"] == "verified"
        refused(world.upload_face(first, face), "real_name.already_verified", status=409)
        assert state(world, first) == "id_card_accepted"
        assert state(world, second) == "verified"

    def test_policy_move_takes_the_person_over(self, world) -> None:
        person = world.person()
        old = world.sign_in(person)
        world.set_policy({"real_name.same_person": "move"})
        new = self.second_account(world, person)
        assert world.upload_own_card(new, person).data["state"] == "id_card_accepted"
        assert state(world, old) == "verified"
        assert world.upload_face(new, world.picture(person, "face")).data["state"] == "verified"
        assert state(world, old) == "unverified"
        assert world.ask("GET", "/balance", token=old).code == "real_name.required"
        assert world.ask("GET", "/balance", token=new).status == 200
        # The first account is nobody's now, and still opens with its password.
        assert state(world, world.sign_in(person)) == "unverified"

    def test_eye_of_a_person_who_moved_locks_nobody_out(self, world) -> None:
        person = world.person()
        old = world.sign_in(person)
        eye = {"sample": world.sample(person, "iris")}
        _ = world.ask("PUT", "/account/biometrics/iris", eye, token=old).data
        _ = world.ask("PUT", "/account/second-factor", {"method": "iris"}, token=old).data
        world.set_policy({"real_name.same_person": "move"})
        new = self.second_account(world, person)
        _ = world.upload_own_card(new, person).data
        _ = world.upload_face(new, world.picture(person, "face")).data
        token = world.sign_in(person)
        found = world.ask("POST", "/account/biometrics/iris/verify", eye, token=token)
        assert found.code == "biometrics.not_enrolled"

    def test_id_number_signs_in_where_the_person_is_verified(self, world, person) -> None:
        body = {"id_number": person["id_number"], "password": PASSWORD}
        token = self.second_account(world, person)
        assert world.ask("POST", "/sessions", body).code == "account.unknown"
        _ = world.upload_own_card(token, person).data
        assert world.ask("POST", "/sessions", body).code == "account.unknown"
        _ = world.upload_face(token, world.picture(person, "face")).data
        session = world.ask("POST", "/sessions", body).data
        account = world.ask("GET", "/account", token=session["access_token"]).data
        assert account["phone"] == "138****8000"

    def test_account_of_a_verified_person_takes_no_card_of_another(self, world) -> None:
        person, other = world.person(), world.person(registered=False)
        token = world.sign_in(person)
        refused(world.upload_own_card(token, other), "real_name.other_person", status=409)
        assert world.upload_own_card(token, person).data["state"] == "verified"
        assert state(world, token) == "verified"


class TestFace:
    @pytest.mark.parametrize(
        ("conditions", "code", "problem"),
        [
            ({"other": True}, "real_name.face_mismatch", "similarity"),
            ({"darkness": 0.2}, "real_name.too_dark", "luminance"),
            ({"brightness": 3}, "real_name.too_bright", "over_exposed"),
            ({"blur": 5}, "real_name.photo_unclear", "blur"),
            ({"rotate": 90}, "real_name.no_face", "faceness"),
        ],
    )
    def test_bad_one_is_refused_with_its_figures_and_a_better_one_taken(
        self, world, person, waiting, conditions, code, problem
    ) -> None:
        answer = world.upload_face(waiting, world.picture(person, "face", **conditions))
        details = refused(answer, code, problem)
        assert details["tries_left"] == 4
        assert misses(details["measured"][problem])
        assert state(world, waiting) == "id_card_accepted"
        better = world.upload_face(waiting, world.picture(person, "face", seed=1)).data
        assert better["measured"]["similarity"] == {
            "measured": pytest.approx(better["score"]),
            "at_least": better["threshold"],
        }

    def test_named_other_person_is_refused_whoever_asks_for_the_picture(
        self, world, person, waiting
    ) -> None:
        """It is the face that counts, not under whose path the picture was drawn."""
        other = world.person(registered=False, skip=1)
        foreign = world.picture(person, "face", other=other["id_number"])
        refused(world.upload_face(waiting, foreign), "real_name.face_mismatch")
        own = world.picture(other, "face", other=person["id_number"])
        assert world.upload_face(waiting, own).data["state"] == "verified"

    def test_picture_without_a_face_is_refused(self, world, person, waiting) -> None:
        answer = world.upload_face(waiting, world.picture(person, "back"))
        assert misses(refused(answer, "real_name.no_face")["measured"]["faceness"])

    def test_face_without_a_card_is_not_judged_and_costs_no_try(self, world, person, token) -> None:
        other = world.picture(person, "face", other=True)
        for _ in range(6):
            refused(world.upload_face(token, other), "real_name.id_card_needed", status=409)
        dark = world.upload_own_card(token, person, darkness=0.2)
        assert dark.details["tries_left"] == 4

    def test_accepted_card_waits_for_half_an_hour(self, world, person, waiting) -> None:
        world.advance(minutes=29, seconds=59)
        assert state(world, waiting) == "id_card_accepted"
        world.advance(seconds=1)
        assert state(world, waiting) == "unverified"
        answer = world.upload_face(waiting, world.picture(person, "face"))
        refused(answer, "real_name.id_card_needed", status=409)

    def test_verified_account_needs_no_face(self, world) -> None:
        person = world.person()
        answer = world.upload_face(world.sign_in(person), world.picture(person, "face"))
        refused(answer, "real_name.not_needed", status=409)


class TestLiveness:
    def test_challenge_is_told_with_the_card_and_must_be_answered(
        self, world, person, token
    ) -> None:
        world.set_policy({"liveness.challenge": "mouth_open"})
        assert world.upload_own_card(token, person).data["liveness"] == "mouth_open"
        answer = world.upload_face(token, world.picture(person, "face"))
        details = refused(answer, "real_name.liveness_failed", "mouth_opening")
        assert misses(details["measured"]["mouth_opening"])
        answered = world.upload_face(token, world.picture(person, "face", mouth_open=True)).data
        assert answered["state"] == "verified"
        assert not misses(answered["measured"]["mouth_opening"])

    def test_another_person_who_answers_it_is_still_another(self, world, person, waiting) -> None:
        world.set_policy({"liveness.challenge": "mouth_open"})
        other = world.picture(person, "face", other=True, mouth_open=True)
        refused(world.upload_face(waiting, other), "real_name.face_mismatch")

    def test_open_mouth_does_no_harm_where_nobody_asked(self, world, person, waiting) -> None:
        open_mouth = world.picture(person, "face", mouth_open=True)
        assert world.upload_face(waiting, open_mouth).data["state"] == "verified"


class TestTriesOfADay:
    def use_up(self, world, person, token) -> None:
        dark = world.picture(person, "front", darkness=0.2)
        for left in (4, 3, 2, 1, 0):
            answer = world.upload_card(token, dark, dark)
            assert refused(answer, "real_name.photo_too_dark")["tries_left"] == left

    def test_sixth_refusal_is_of_the_limit_until_midnight(self, world, person, token) -> None:
        self.use_up(world, person, token)
        assert state(world, token) == world.account(person)["real_name"] == "rejected"
        for answer in (
            world.upload_own_card(token, person),
            world.upload_face(token, world.picture(person, "face")),
        ):
            details = refused(answer, "real_name.daily_limit", status=429)
            assert details == {"tries_return_at": "2026-06-16T00:00:00+08:00"}
            assert answer.headers["Retry-After"] == str(14 * 3600)

    def test_tries_return_at_midnight_in_china(self, world, person, token) -> None:
        self.use_up(world, person, token)
        world.advance(hours=13, minutes=59, seconds=59)
        token = world.sign_in(person, PASSWORD)
        answer = world.upload_own_card(token, person)
        refused(answer, "real_name.daily_limit", status=429)
        assert answer.headers["Retry-After"] == "1"
        world.advance(seconds=1)
        assert state(world, token) == "unverified"
        assert world.upload_own_card(token, person).data["state"] == "id_card_accepted"

    def test_card_that_waits_goes_on_waiting_after_midnight(self, make_world) -> None:
        world = make_world(clock={"freeze": "2026-06-15T23:45:00+08:00"})
        person = world.person(registered=False)
        token = world.register(person)
        _ = world.upload_own_card(token, person).data
        for _ in range(5):
            answer = world.upload_face(token, world.picture(person, "face", other=True))
            refused(answer, "real_name.face_mismatch")
        assert state(world, token) == "rejected"
        own = world.picture(person, "face")
        refused(world.upload_face(token, own), "real_name.daily_limit", status=429)
        world.advance(minutes=15)
        assert state(world, token) == "id_card_accepted"
        assert world.upload_face(token, own).data["state"] == "verified"

    def test_uploads_that_are_no_pictures_cost_no_try(self, world, person, token) -> None:
        back = world.picture(person, "back")
        for _ in range(6):
            refused(
                world.upload_card(token, b"no picture", back), "upload.not_an_image", status=400
            )
        dark = world.upload_own_card(token, person, darkness=0.2)
        assert dark.details["tries_left"] == 4

    def test_policy_sets_their_number(self, world, person, token) -> None:
        world.set_policy({"real_name.tries_per_day": 1})
        answer = world.upload_own_card(token, person, darkness=0.2)
        assert answer.details["tries_left"] == 0
        assert world.upload_own_card(token, person).code == "real_name.daily_limit"

    def test_verified_account_stays_verified_without_tries(self, world) -> None:
        person = world.person()
        token = world.sign_in(person)
        self.use_up(world, person, token)
        assert state(world, token) == "verified"
        assert world.ask("GET", "/balance", token=token).status == 200

    def test_tester_gives_all_back(self, world, person, token) -> None:
        self.use_up(world, person, token)
        assert world.set_account(person, real_name="unverified")["real_name"] == "unverified"
        assert world.upload_own_card(token, person).data["state"] == "id_card_accepted"
        assert world.set_account(person, real_name="verified")["real_name"] == "verified"
        assert world.ask("GET", "/balance", token=token).status == 200


class TestUploads:
    """The bytes count, and nothing that is said about them."""

    @pytest.mark.parametrize(
        ("content", "status", "code"),
        [
            (b"", 400, "upload.not_an_image"),
            (b"\xff\xd8\xff\xe0", 400, "upload.not_an_image"),
            (b"\x89PNG\r\n\x1a\n" + bytes(40), 400, "upload.not_an_image"),
            (b"front.jpg", 400, "upload.not_an_image"),
            (b"GIF89a" + bytes(40), 415, "upload.unsupported"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "upload.unsupported"),
            (b"%PDF-1.7", 415, "upload.unsupported"),
        ],
    )
    def test_what_is_no_picture_is_refused(
        self, world, person, waiting, content, status, code
    ) -> None:
        back = world.picture(person, "back")
        for answer in (
            world.upload_card(waiting, content, back),
            world.upload_card(waiting, back, content),
            world.upload_face(waiting, content),
        ):
            assert refused(answer, code, status=status)
        assert state(world, waiting) == "id_card_accepted"

    def test_truncated_picture_is_refused(self, world, person, token) -> None:
        front, back = world.picture(person, "front"), world.picture(person, "back")
        answer = world.upload_card(token, front[: len(front) // 2], back)
        refused(answer, "upload.not_an_image", status=400)

    def test_too_many_bytes_or_pixels_are_told_with_the_limit(self, world, person, token) -> None:
        front, back = world.picture(person, "front"), world.picture(person, "back")
        padded = front + bytes(10_000_001 - len(front))
        details = refused(world.upload_card(token, padded, back), "upload.too_large", status=413)
        assert details == {"bytes": 10_000_001, "max_bytes": 10_000_000}
        world.set_policy({"upload.max_pixels": 1_000_000})
        details = refused(world.upload_card(token, front, back), "upload.too_large", status=413)
        assert details == {"pixels": 1280 * 896, "max_pixels": 1_000_000}

    def test_file_names_types_and_order_say_nothing(self, world, person, token) -> None:
        front, back = world.picture(person, "front", darkness=0.2), world.picture(person, "back")
        world.set_policy({"real_name.tries_per_day": 10})
        verdicts = []
        for name, content_type, order in (
            ("front.jpg", "image/jpeg", ("front", "back")),
            ("blur=0&verified.png", "image/png", ("back", "front")),
            ("../../good.pdf", "text/html", ("front", "back")),
            ("x" * 3000, "", ("back", "front")),
        ):
            pictures = {"front": front, "back": back}
            parts = {
                each: FileStorage(BytesIO(pictures[each]), name, content_type=content_type)
                for each in order
            }
            boundary, body = encode_multipart(parts)
            answer = world.ask(
                "POST",
                CARD,
                token=token,
                data=body,
                content_type=f"multipart/form-data; boundary={boundary}",
            )
            details = refused(answer, "real_name.photo_too_dark")
            verdicts.append(details | {"tries_left": None})
        assert all(verdict == verdicts[0] for verdict in verdicts)

    def test_same_pixels_as_png_are_accepted(self, world, person, token) -> None:
        sides = []
        for side in ("front", "back"):
            with Image.open(BytesIO(world.picture(person, side))) as image:
                sides.append(encoded(image, "PNG"))
        assert world.upload_card(token, *sides).data["state"] == "id_card_accepted"

    def test_what_metadata_claims_says_nothing(self, world, person, token) -> None:
        """A blurred picture stays refused whatever a comment says of it."""
        with Image.open(BytesIO(world.picture(person, "front", blur=5))) as image:
            claiming = encoded(image, "JPEG", quality=95, comment=b"blur=0 verified=true")
        answer = world.upload_card(token, claiming, world.picture(person, "back"))
        refused(answer, "real_name.photo_unclear")


class TestThresholdsArePolicy:
    def test_stricter_card_threshold_refuses_a_good_photograph(self, world, person, token) -> None:
        world.set_policy({"card_photo.min_sharpness": 9000})
        details = refused(world.upload_own_card(token, person), "real_name.photo_unclear")
        assert details["measured"]["sharpness"]["at_least"] == 9000

    def test_laxer_card_threshold_takes_a_dim_photograph(self, world, person, token) -> None:
        assert world.upload_own_card(token, person, darkness=0.3).code == "real_name.photo_too_dark"
        world.set_policy({"platforms": {"national": {"card_photo": {"min_luminance": 10}}}})
        assert world.upload_own_card(token, person, darkness=0.3).status == 200

    def test_face_thresholds_move_the_line_both_ways(self, world, person, waiting) -> None:
        own = world.picture(person, "face")
        world.set_policy({"face_photo.min_similarity": 0.9999})
        details = refused(world.upload_face(waiting, own), "real_name.face_mismatch")
        assert details["measured"]["similarity"]["at_least"] == 0.9999
        world.set_policy({"face_photo.min_similarity": -1})
        other = world.picture(person, "face", other=True)
        assert world.upload_face(waiting, other).data["threshold"] == -1


class TestCardRunsOut:
    @pytest.fixture
    def ends(self, make_world):
        """A world, a person verified with a card that has a last day, the token, and the day."""
        world = make_world(clock={"freeze": "2026-06-15T10:00:00+08:00"})
        for skip in range(4):
            person = world.person(registered=False, skip=skip)
            token = world.register(person)
            last = world.upload_own_card(token, person).data["valid_until"]
            if last is not None:
                break
        _ = world.upload_face(token, world.picture(person, "face")).data
        return world, person, last

    def sign_in(self, world, person):
        """With a code: the password is too old by then."""
        phone = person["phone"]
        body = {"phone": phone, "sms_code": world.code(phone, "sign_in")}
        return world.ask("POST", "/sessions", body).data["access_token"]

    def test_verified_account_expires_with_it_and_takes_the_next(self, ends) -> None:
        world, person, last = ends
        _ = world.control("PATCH", "/clock", {"freeze": f"{last}T23:59:59+08:00"}).data
        assert world.account(person)["real_name"] == "verified"
        world.advance(seconds=1)
        assert world.account(person)["real_name"] == "expired"
        token = self.sign_in(world, person)
        refusal = world.ask("GET", "/balance", token=token)
        assert (refusal.code, refusal.details) == ("real_name.required", {"real_name": "expired"})
        assert world.upload_own_card(token, person).data["state"] == "id_card_accepted"
        assert world.upload_face(token, world.picture(person, "face")).data["state"] == "verified"

    def test_policy_may_let_the_account_outlive_it(self, ends) -> None:
        world, person, last = ends
        world.set_policy({"real_name.verified_ends_with_card": False})
        _ = world.control("PATCH", "/clock", {"freeze": f"{last}T23:59:59+08:00"}).data
        world.advance(days=2)
        assert world.account(person)["real_name"] == "verified"


def encoded(image, kind, **options) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
