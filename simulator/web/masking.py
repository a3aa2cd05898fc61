"""Keeping secrets and identifiers out of the journal and the logs."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from simulator.domain.identifiers import mask_card, mask_id, mask_name, mask_phone

_SECRET = re.compile(
    r"password|passwd|secret|token|code|sign|sample|challenge|authorization|yzm|^ewm$", re.ASCII
)
_PERSONS_NAMES = frozenset({"name", "psn_name", "user_name", "cert_name", "aac003"})
"""What the platforms call a person's name in what is sent to them."""
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)", re.ASCII)
_PHONE = re.compile(r"(?<!\d)((?:00)?86)?(1\d{10})(?!\d)", re.ASCII)
_CARD = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]\d{8}(?!\d)", re.ASCII)
_MESSAGES = "fields"
_HIDDEN = "***"
_LONGEST = 200
_LONGEST_NUMBER = 18
_SHORTEST_NUMBER = 9
"""A card number: shorter texts hold no identifier."""
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
            mask_text(str(name)): _member(str(name), below, depth)
            for name, below in list(value.items())[:_MOST]
        }
    if isinstance(value, list):
        return [mask(item, depth + 1) for item in value[:_MOST]]
    if isinstance(value, (int, float)) and abs(value) >= 10**9:
        return mask_text(f"{value:.0f}")
    return value


def _member(name: str, value: Any, depth: int) -> Any:
    if depth == 0 and name == _MESSAGES and isinstance(value, dict):
        # What a refusal says of each field: named after a secret, yet words of the simulator's own.
        return {mask_text(str(field)): mask(said) for field, said in list(value.items())[:_MOST]}
    if name.lower() in _PERSONS_NAMES and isinstance(value, str):
        # Masked as text first: whatever stands in its place may be an identifier.
        return mask_name(mask_text(value))
    return _hidden(value) if _is_secret(name) else mask(value, depth + 1)


def mask_text(text: str) -> str:
    """A text with ID, phone and card numbers masked, cut to a bounded length."""
    if len(text) < _SHORTEST_NUMBER:
        return text
    # A number that the cut would go through must still be recognised as one.
    text = text[: _LONGEST + _LONGEST_NUMBER]
    text = _ID.sub(lambda found: mask_id(found[0]), text)
    text = _PHONE.sub(lambda found: (found[1] or "") + mask_phone(found[2]), text)
    return _CARD.sub(lambda found: mask_card(found[0]), text)[:_LONGEST]


def mask_query(query: str) -> str:
    """A query string fit to be kept."""
    if len(query) > 4 * _LONGEST:
        query = query[: 4 * _LONGEST].rpartition("&")[0]
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode(
        [
            (mask_text(name), _HIDDEN if _is_secret(name) else _mask_value(value))
            for name, value in pairs
        ],
        safe="*:+",
    )


def _mask_value(text: str) -> str:
    """A query value fit to be kept; within JSON, as some platforms send it, names tell secrets."""
    if not text.startswith(("{", "[")):
        return mask_text(text)
    try:
        kept = orjson.dumps(mask(orjson.loads(text))).decode()
    except orjson.JSONDecodeError:
        return _HIDDEN
    return kept if len(kept) <= _LONGEST else kept[:_LONGEST] + "…"


def _is_secret(name: object) -> bool:
    return bool(_SECRET.search(str(name).lower()))


def _hidden(value: Any) -> Any:
    """What stands for a secret: of an object its names are told, and nothing of a list."""
    if isinstance(value, dict):
        return {mask_text(str(name)): _HIDDEN for name in list(value)[:_MOST]}
    return _HIDDEN
