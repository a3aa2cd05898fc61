"""Photographs taken anew when they are refused, with the reason in mind."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from yibao_client.errors import RealNameError, Refusal, RefusedError, refused
from yibao_client.verification import Verification


def refusal(name, **details) -> RefusedError:
    return refused(Refusal(f"real_name.{name}", "拒绝", 422, details))


@dataclass
class Platform:
    """Refuses as often as it has refusals left, then accepts."""

    refusals: list[RefusedError] = field(default_factory=list)
    state: str = "unverified"
    liveness: str = "none"
    uploads: list[tuple[bytes, ...]] = field(default_factory=list)

    def account(self):
        return SimpleNamespace(real_name=SimpleNamespace(state=self.state))

    def upload_id_card(self, front, back):
        return self._judge("id_card_accepted", front, back)

    def upload_face(self, photo):
        return self._judge("verified", photo)

    def _judge(self, state, *pictures):
        self.uploads.append(pictures)
        if self.refusals:
            raise self.refusals.pop(0)
        self.state = state
        return SimpleNamespace(state=state, liveness=self.liveness)


@dataclass
class Photographer:
    """Numbers the photographs, and remembers why each was asked for."""

    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def __call__(self, shown, before):
        self.asked.append((shown, before and before.code))
        return f"{shown} {len(self.asked)}".encode()


def verification(platform, **options):
    photographer = Photographer()
    return Verification(platform, photographer, **options), photographer


def test_first_good_card_and_face_are_enough() -> None:
    platform = Platform()
    both, photographer = verification(platform)
    assert both.show_id_card().state == "id_card_accepted"
    assert both.show_face().state == "verified"
    assert [shown for shown, _ in photographer.asked] == ["id_card_front", "id_card_back", "face"]
    assert platform.uploads == [(b"id_card_front 1", b"id_card_back 2"), (b"face 3",)]


def test_refused_photograph_is_taken_anew_with_the_reason_told() -> None:
    platform = Platform([refusal("photo_unclear", side="front"), refusal("photo_too_dark")])
    both, photographer = verification(platform)
    assert both.show_id_card().state == "id_card_accepted"
    reasons = [why for shown, why in photographer.asked if shown == "id_card_front"]
    assert reasons == [None, "real_name.photo_unclear", "real_name.photo_too_dark"]
    assert len(set(platform.uploads)) == 3


def test_refusals_beyond_the_retakes_are_raised() -> None:
    platform = Platform([refusal("too_dark", tries_left=left) for left in (4, 3, 2)])
    platform.state = "id_card_accepted"
    both, _ = verification(platform, retakes=1)
    with pytest.raises(RealNameError) as caught:
        both.show_face()
    assert (caught.value.tries_left, len(platform.uploads)) == (3, 2)


def test_no_photograph_is_wasted_when_the_day_has_no_tries_left() -> None:
    platform = Platform([refusal("photo_glare", tries_left=0)])
    both, _ = verification(platform)
    with pytest.raises(RealNameError, match="photo_glare"):
        both.show_id_card()
    assert len(platform.uploads) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("id_expired", "not_found", "mismatch", "deceased", "other_person"),
        *("already_verified", "daily_limit", "id_card_needed"),
    ],
)
def test_what_no_photograph_can_cure_is_raised_at_once(name) -> None:
    platform = Platform([refusal(name, tries_left=4)])
    both, _ = verification(platform)
    with pytest.raises(RealNameError, match=name):
        both.show_id_card()
    assert len(platform.uploads) == 1


def test_challenge_told_with_the_card_is_answered_at_once() -> None:
    platform = Platform(liveness="mouth_open")
    both, photographer = verification(platform)
    both.show_id_card()
    both.show_face()
    assert photographer.asked[-1] == ("face_mouth_open", None)


def test_challenge_is_learnt_from_its_refusal_where_the_card_was_shown_before() -> None:
    platform = Platform([refusal("liveness_failed", tries_left=4)], state="id_card_accepted")
    both, photographer = verification(platform)
    assert both.show_id_card() is None
    assert both.show_face().state == "verified"
    assert photographer.asked == [
        ("face", None),
        ("face_mouth_open", "real_name.liveness_failed"),
    ]


def test_verified_account_shows_nothing() -> None:
    both, photographer = verification(Platform(state="verified"))
    assert (both.show_id_card(), both.show_face()) == (None, None)
    assert photographer.asked == []


def test_refusal_tells_side_problem_figures_and_tries() -> None:
    figures = {"sharpness": {"measured": 2.0, "at_least": 16.0}}
    told = refusal(
        "photo_unclear", side="back", problem="sharpness", measured=figures, tries_left=3
    )
    assert isinstance(told, RealNameError)
    assert (told.side, told.problem, told.tries_left) == ("back", "sharpness", 3)
    assert told.measured == figures
    silent = refusal("not_found")
    assert isinstance(silent, RealNameError)
    assert (silent.side, silent.problem, silent.tries_left, silent.measured) == (None,) * 3 + ({},)
