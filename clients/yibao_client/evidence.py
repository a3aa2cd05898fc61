"""Pictures to upload and samples to present, for any person of a world."""

from typing import TYPE_CHECKING

from yibao_client.errors import RefusedError
from yibao_client.operations import control as calls
from yibao_client.verification import EvidenceSource, Shown

if TYPE_CHECKING:
    from yibao_client.control import ControlClient


class Evidence:
    """What a test uploads in a person's place. The same arguments always give the same bytes.

    Conditions are those of the control API: `blur`, `darkness`, `brightness`, `glare`, `rotate`,
    `noise`, `seed`.
    """

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def id_card_front(self, id_number: str, *, expired: bool = False, **conditions: float) -> bytes:
        """A photograph of the front of the person's ID card, JPEG."""
        given = {"expired": expired, **conditions}
        return self._control.run(calls.evidence(self._world, id_number, "id-card/front.jpg", given))

    def id_card_back(self, id_number: str, *, expired: bool = False, **conditions: float) -> bytes:
        """A photograph of the back of the same card, JPEG."""
        given = {"expired": expired, **conditions}
        return self._control.run(calls.evidence(self._world, id_number, "id-card/back.jpg", given))

    def face(
        self,
        id_number: str,
        *,
        other: str | bool = False,
        mouth_open: bool = False,
        **conditions: float,
    ) -> bytes:
        """The person before a telephone, JPEG; `other` (an ID number, or True for just anybody
        else) steps into the person's place."""
        given = {"other": other, "mouth_open": mouth_open, **conditions}
        return self._control.run(calls.evidence(self._world, id_number, "face.jpg", given))

    def source(self, id_number: str) -> EvidenceSource:
        """Takes good photographs of a person, for `QueryFlow`."""

        def photograph(shown: Shown, _refusal: RefusedError | None) -> bytes:
            if shown == "id_card_front":
                return self.id_card_front(id_number)
            if shown == "id_card_back":
                return self.id_card_back(id_number)
            return self.face(id_number, mouth_open=shown == "face_mouth_open")

        return photograph

    def biometric_sample(
        self,
        id_number: str,
        kind: str,
        *,
        position: int = 0,
        noise: float = 0.2,
        seed: int = 0,
    ) -> bytes:
        """What a sensor delivers of a finger (0…9) or an eye (0, 1); `kind` is `fingerprint` or
        `iris`."""
        given = {"position": position, "noise": noise, "seed": seed}
        return self._control.run(calls.biometric_sample(self._world, id_number, kind, given))
