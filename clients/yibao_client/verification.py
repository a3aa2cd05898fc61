"""The real-name verification of an account: photographs shown, and taken anew when refused.

Who takes the photographs is somebody else's business: a camera, a folder, the control API. Each
time the taker is told why the one before was refused, and can hold still, find more light, or
open the mouth.
"""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from yibao_client.errors import LivenessError, RealNameError, RefusedError
from yibao_client.results import Account, FaceCheck, IdCardReading

Reading = TypeVar("Reading")
Shown = Literal["id_card_front", "id_card_back", "face", "face_mouth_open"]
EvidenceSource = Callable[[Shown, RefusedError | None], bytes]
"""Called with what to show and the refusal of the photograph before, None at first; answers the
bytes of a JPEG or PNG."""

_BETTER_ONE_HELPS = frozenset(
    f"real_name.{name}"
    for name in (
        *("photo_unclear", "photo_too_dark", "photo_glare", "not_an_id_card"),
        *("too_dark", "too_bright", "no_face", "face_mismatch", "liveness_failed"),
    )
)
"""What another photograph can cure; the rest is about the card or the person."""


class Verifier(Protocol):
    """The calls a verification makes; `NationalClient` has them."""

    def account(self) -> Account: ...
    def upload_id_card(self, front: bytes, back: bytes) -> IdCardReading: ...
    def upload_face(self, photo: bytes) -> FaceCheck: ...


class Verification:
    """The two uploads of one account.

    A refused photograph is taken anew at most `retakes` times in each upload, as long as the day
    has tries left; then its refusal is raised.
    """

    def __init__(self, client: Verifier, evidence: EvidenceSource, *, retakes: int = 2) -> None:
        self._client = client
        self._evidence = evidence
        self._retakes = retakes
        self._mouth_open = False

    def show_id_card(self) -> IdCardReading | None:
        """Show both sides; None when a card waits already or the account is verified."""
        if self._client.account().real_name.state in ("id_card_accepted", "verified"):
            return None
        reading = self._until_good(self._upload_card)
        self._mouth_open = reading.liveness == "mouth_open"
        return reading

    def show_face(self) -> FaceCheck | None:
        """Show the face, with an open mouth where that is asked for; None when already verified."""
        if self._client.account().real_name.state == "verified":
            return None
        return self._until_good(self._upload_face)

    def _upload_card(self, before: RefusedError | None) -> IdCardReading:
        front = self._evidence("id_card_front", before)
        return self._client.upload_id_card(front, self._evidence("id_card_back", before))

    def _upload_face(self, before: RefusedError | None) -> FaceCheck:
        # Who goes on with a card accepted earlier learns of the challenge from its refusal.
        mouth_open = self._mouth_open or isinstance(before, LivenessError)
        shown: Shown = "face_mouth_open" if mouth_open else "face"
        return self._client.upload_face(self._evidence(shown, before))

    def _until_good(self, upload: Callable[[RefusedError | None], Reading]) -> Reading:
        before: RefusedError | None = None
        for _ in range(self._retakes):
            try:
                return upload(before)
            except RealNameError as refusal:
                if refusal.code not in _BETTER_ONE_HELPS or refusal.tries_left == 0:
                    raise
                before = refusal
        return upload(before)
