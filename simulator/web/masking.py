"""Keeping secrets and identifiers out of the journal and the logs."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simulator.domain.identifiers import mask_card, mask_id, mask_phone

_SECRET = re.compile(
    r"password|passwd|secret|token|code|sign|sample|challenge|authorization", re.ASCII
)
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)", re.ASCII)
_CARD = re.compile(r"(?<![0-9A-Za-z])[A-Z]\d{8}(?!\d)", re.ASCII)
_HIDDEN = "***"
_LONGEST = 200
_DEEPEST = 6
_MOST = 50


def mask(value: Any, depth: int = 0) -> Any:
    """A JSON value fit to be kept: secrets hidden, identifiers masked, bounded in size."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, (dict, list)) and depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {
            mask_text(str(name)): _HIDDEN if _is_secret(name, below) else mask(below, depth + 1)
            for name, below in list(value.items())[:_MOST]
        }
    if isinstance(value, list):
        return [mask(item, depth + 1) for item in value[:_MOST]]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**9:
        return mask_text(str(value))
    return value


def mask_text(text: str) -> str:
    """A text with ID, phone and card numbers masked, cut to a bounded length."""
    text = text[:_LONGEST]
    text = _ID.sub(lambda found: mask_id(found[0]), text)
    text = _PHONE.sub(lambda found: mask_phone(found[0]), text)
    return _CARD.sub(lambda found: mask_card(found[0]), text)


def mask_query(query: str) -> str:
    """A query string fit to be kept."""
    pairs = parse_qsl(query[: 4 * _LONGEST], keep_blank_values=True)
    return urlencode(
        [(name, _HIDDEN if _is_secret(name, value) else mask_text(value)) for name, value in pairs],
        safe="*:+",
    )


def _is_secret(name: object, value: object) -> bool:
    """Whether a member's value is a secret; an object under such a name is looked into instead."""
    return not isinstance(value, (dict, list)) and bool(_SECRET.search(str(name).lower()))
