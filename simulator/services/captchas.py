"""Image captchas: issued for nothing, drawn when looked at, remembered once answered.

Nothing is kept of a captcha that nobody answers; what is kept of an answered one is a mark. A
captcha belongs to the world, not to a platform of it: whichever local platform issued it, every
other takes its answer (*assumed*).
"""

from dataclasses import dataclass
from secrets import token_bytes
from typing import Final

from simulator.domain import captcha
from simulator.domain.captcha import CaptchaId
from simulator.errors import (
    CaptchaError,
    CaptchaExpiredError,
    CaptchaUnknownError,
    CaptchaUsedError,
    CaptchaWrongError,
)
from simulator.services.visit import Visit
from simulator.world import World

_NONCE_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Captcha:
    """A captcha that was just issued."""

    captcha_id: str
    """32 hexadecimal digits."""
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tester may know of a captcha."""

    captcha_id: str
    text: str
    expires_ms: int
    used: bool
    """Whether it was answered, rightly or wrongly."""


@dataclass(frozen=True, slots=True)
class _Used:
    """The mark of a captcha that was answered."""

    at_ms: int


def issue(visit: Visit) -> Captcha:
    """A new captcha."""
    policy = visit.policy.captcha
    made = captcha.issue(visit.world.token_key, policy, visit.now_ms, token_bytes(_NONCE_BYTES))
    return Captcha(made.text, policy.lifetime_s)


def picture(visit: Visit, captcha_id: str) -> bytes:
    """The picture of a captcha as PNG, the same each time.

    Raises CaptchaUnknownError, CaptchaExpiredError or CaptchaUsedError.
    """
    from simulator.imaging.captcha_picture import captcha_png

    known = _current(visit, captcha_id)
    if _is_used(visit.world, known):
        raise CaptchaUsedError
    key = visit.world.token_key
    return captcha_png(key, known.text, captcha.answer_of(key, known))


def check(visit: Visit, captcha_id: str, text: str) -> None:
    """Use up a captcha with an answer: of many at once, one alone is heard (*assumed*).

    Raises CaptchaUnknownError, CaptchaExpiredError, CaptchaUsedError or CaptchaWrongError.
    """
    known = _current(visit, captcha_id)
    is_right = captcha.is_right(captcha.answer_of(visit.world.token_key, known), text)

    def change(stored: _Used | None) -> tuple[_Used, CaptchaError | None]:
        if stored is not None:
            return stored, CaptchaUsedError()
        return _Used(visit.now_ms), None if is_right else CaptchaWrongError()

    refusal = visit.world.update(_key(known), _Used, change)
    if refusal is not None:
        raise refusal


def answer_of(world: World, captcha_id: str) -> Answer:
    """The answer of a captcha, for testers, whatever became of it. Raises CaptchaUnknownError."""
    known = _known(world, captcha_id)
    text = captcha.answer_of(world.token_key, known)
    return Answer(known.text, text, known.expires_ms, _is_used(world, known))


def _current(visit: Visit, captcha_id: str) -> CaptchaId:
    known = _known(visit.world, captcha_id)
    if known.is_expired(visit.now_ms):
        raise CaptchaExpiredError
    return known


def _known(world: World, captcha_id: str) -> CaptchaId:
    known = captcha.read_id(world.token_key, captcha_id)
    if known is None:
        raise CaptchaUnknownError
    return known


def _is_used(world: World, known: CaptchaId) -> bool:
    return world.read(_key(known), _Used) is not None


def _key(known: CaptchaId) -> str:
    return f"captcha/{known.text}"
