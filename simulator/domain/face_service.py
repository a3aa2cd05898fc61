"""What a third party's face check can come to; each platform has numbers of its own for these."""

from dataclasses import dataclass
from typing import Literal

FaceOutcome = Literal[
    "passed",
    "id_mismatch",
    "face_mismatch",
    "too_bright",
    "poor_photo",
    "no_face",
    "not_alive",
    "no_such_user",
    "timed_out",
    "not_in_library",
    "too_often",
    "cancelled",
]
"""The kinds follow the codes observed of WeChat (domain-facts.md §7). When each comes about:

- `too_often`: the number was checked as often today as policy allows.
- `timed_out`: the person came to the camera after the check's lifetime (*assumed*).
- `not_in_library`: nobody has the number; `no_such_user`: whoever has it is dead (*assumed*);
  `id_mismatch`: somebody has it, under another name.
- The rest is what the picture shows, or that the person gave up.
"""


@dataclass(frozen=True, slots=True)
class FaceServicePolicy:
    """Limits of the face service, *assumed*."""

    lifetime_s: int = 600
    """How long the person may take to come to the camera."""
    tries_per_day: int = 20
    """Pictures per resident ID number and civil day, accepted ones included."""
