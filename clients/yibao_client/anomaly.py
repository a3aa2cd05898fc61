"""What is irregular about a person's insurance and money, as the control API tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yibao_client.fields import Fields


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One anomaly, and whether it is in force for a person."""

    name: str
    """`pre_transfer`, `reversed_payment`, `moved`, …"""
    active: bool
    by: str | None
    """Why it is in force: `person` (it was chosen), `policy` or `derived`."""
    since: date | None
    entries: tuple[str, ...]
    """Ids of the latest ledger entries that show it."""
    problem: str | None
    """Why the person cannot have it."""
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "Anomaly":
        return cls(
            name=answer.text("name"),
            active=answer.flag("active"),
            by=answer.maybe("by", answer.text),
            since=answer.maybe("since", answer.day),
            entries=answer.texts("entries"),
            problem=answer.maybe("problem", answer.text),
            raw=answer.raw,
        )


def by_name(answer: Fields) -> Mapping[str, Anomaly]:
    """Every anomaly of an answer."""
    return {anomaly.name: anomaly for anomaly in answer.rows("items", Anomaly.read)}
