"""Answers of image captchas for testers, who must get past them without eyes."""

from typing import Any

from simulator.domain import china_time
from simulator.services import captchas
from simulator.web.call import Call


def read_captcha(call: Call, world: str, captcha_id: str) -> dict[str, Any]:
    answer = captchas.answer_of(call.worlds.find(world), captcha_id)
    return {
        "id": answer.captcha_id,
        "answer": answer.text,
        "expires_at": china_time.to_iso(answer.expires_ms),
        "used": answer.used,
    }
