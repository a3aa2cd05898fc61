"""The numbers people and employers carry: their shapes, their check characters, their masks.

Knows nothing of who exists. Rules and vectors: domain-facts.md §1.
"""

import re
from dataclasses import dataclass
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9Xx]", re.ASCII)

_PHONE_SHAPE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)

CARD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""First letters of social-security cards made here: I and O are left out, *assumed*, since they
are misread as digits."""
_CARD_SHAPE = re.compile(r"[A-Z][0-9]{8}", re.ASCII)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified social credit code (GB 32100, documented)."""
_USCC_VALUES = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(3**place % 31 for place in range(17))

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MASK = "*"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What an ID number says of its holder (GB 11643)."""

    county: str
    """Six digits: the county code, assigned or not."""
    birth: int
    """Day of birth, ordinal."""
    sequence: int
    """0…999 among those born there that day; odd for men."""

    @property
    def is_male(self) -> bool:
        return self.sequence % 2 == 1


def id_check_character(first_17: str) -> str:
    """The last character of an ID number (GB 11643, documented), `X` standing for ten."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, first_17, strict=True))
    return _ID_CHECKS[total % 11]


def make_id_number(county: str, birth: int, sequence: int) -> str:
    """The 18 characters for a county code, a day of birth (ordinal) and a sequence 0…999."""
    born = date.fromordinal(birth)
    first_17 = f"{county}{born.year:04}{born.month:02}{born.day:02}{sequence:03}"
    return first_17 + id_check_character(first_17)


def parse_id_number(text: str) -> IdNumber | None:
    """The parts of an ID number; None unless shape, date and check character are right.

    A lower-case `x` is accepted. Whether the county code is assigned is not asked.
    """
    if _ID_SHAPE.fullmatch(text) is None or id_check_character(text[:17]) != text[17].upper():
        return None
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return IdNumber(text[:6], born.toordinal(), int(text[14:17]))


def is_id_number(text: str) -> bool:
    """Whether a text is a well-formed resident ID number: shape, date, check character."""
    return parse_id_number(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text has the shape of a mainland mobile number (documented)."""
    return _PHONE_SHAPE.fullmatch(text) is not None


def is_card_number(text: str) -> bool:
    """Whether a text has the shape of a social-security card number (observed): A12345678."""
    return _CARD_SHAPE.fullmatch(text) is not None


def organisation_code_check_character(first_8: str) -> str:
    """The ninth character of an organisation code (GB 11714, documented), `X` standing for ten.

    Raise ValueError for anything but eight digits and capital letters.
    """
    if re.fullmatch(r"[0-9A-Z]{8}", first_8, re.ASCII) is None:
        raise ValueError(f"an organisation code begins with 8 digits or capitals, not {first_8!r}")
    total = sum(
        weight * int(c, 36) for weight, c in zip(_ORGANISATION_WEIGHTS, first_8, strict=True)
    )
    check = (11 - total % 11) % 11
    return "X" if check == 10 else str(check)


def uscc_check_character(first_17: str) -> str:
    """The last character of a unified social credit code (GB 32100, documented).

    Raise ValueError unless the 17 characters belong to the code's alphabet.
    """
    try:
        total = sum(
            weight * _USCC_VALUES[c] for weight, c in zip(_USCC_WEIGHTS, first_17, strict=True)
        )
    except (KeyError, ValueError):
        raise ValueError(f"17 characters of {USCC_ALPHABET} expected, not {first_17!r}") from None
    return USCC_ALPHABET[(31 - total % 31) % 31]


def is_uscc(text: str) -> bool:
    """Whether a text is a unified social credit code: alphabet, both check characters."""
    if len(text) != 18 or not all(character in _USCC_VALUES for character in text):
        return False
    return (
        uscc_check_character(text[:17]) == text[17]
        and organisation_code_check_character(text[8:16]) == text[16]
    )


def _masked(text: str, head: int, tail: int, length: int) -> str:
    """Stars between head and tail; all stars when the length is not the expected one.

    Whatever else a caller typed may be a secret of another kind, so nothing of it is shown.
    """
    if len(text) != length:
        return _MASK * len(text)
    return text[:head] + _MASK * (length - head - tail) + text[length - tail :]


def mask_id(id_number: str) -> str:
    """`110199********881X`: region and last four stay (api.md). Other lengths: stars only."""
    return _masked(id_number, 6, 4, 18)


def mask_phone(phone: str) -> str:
    """`138****1234`. Other lengths: stars only."""
    return _masked(phone, 3, 4, 11)


def mask_card(card_number: str) -> str:
    """`A12****78` (*assumed*: no published rule). Other lengths: stars only."""
    return _masked(card_number, 3, 2, 9)


def mask_name(name: str) -> str:
    """`王*` and `王*明`: first and, from three characters on, last stay (*assumed*)."""
    if len(name) < 3:
        return name[:1] + _MASK * (len(name) - 1)
    return name[0] + _MASK * (len(name) - 2) + name[-1]
