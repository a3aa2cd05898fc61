"""What happened in a world: the captured inbox, the journal, and why a request was answered so."""

from dataclasses import dataclass
from typing import Any

from simulator.domain import china_time
from simulator.errors import SimulatorError, UnknownRecordError, error_type
from simulator.services import inbox
from simulator.services.inbox import Message
from simulator.store.journal import JournalEntry
from simulator.web.call import Call
from simulator.web.masking import mask_text
from simulator.web.reply import Reply, json_reply
from simulator.world import World, real_ms, real_ns

_CLEARED = "journal/cleared"
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Cleared:
    """Real time up to which a world's journal was cleared."""

    real_ns: int


def read_inbox(call: Call, world: str) -> Reply:
    query = call.query
    partition = call.worlds.find(world).partition
    kind, value = query.get("since", ("number", 0))
    after = read_to = value if kind == "number" else 0
    deadline_ms = real_ms() + query["wait"] * 1000

    def look() -> Reply:
        nonlocal partition, read_to
        # Looked up anew each time: the world may be reset or deleted while somebody waits.
        present = call.worlds.find(world)
        if present.partition != partition:
            partition, read_to = present.partition, after
        found, read_to = inbox.messages(
            present,
            to=query.get("to"),
            kind=query.get("kind"),
            after=read_to,
            since_ms=value if kind == "instant" else None,
        )
        # After a number, the next ones: a reader that goes on from the last must miss none.
        limit = query["limit"]
        shown = found[:limit] if kind == "number" and value else found[-limit:]
        items = [_message(number, message) for number, message in shown]
        reply = json_reply({"items": items, "total": len(found)})
        if not items and real_ms() < deadline_ms:
            reply.pending = look_again
        return reply

    def look_again() -> Reply:
        try:
            reply = look()
        except SimulatorError as refusal:
            reply = call.platform.dialect.refusal(call, refusal)
        reply.headers.append(("x-request-id", call.request_id))
        return reply

    return look()


def read_journal(call: Call, world: str) -> dict[str, Any]:
    found, query = call.worlds.find(world), call.query
    entries = _entries(found, query)
    limited = list(reversed(entries[: query["limit"]]))
    return {"items": [_journal_entry(entry) for entry in limited], "total": len(entries)}


def clear_journal(call: Call, world: str) -> None:
    found = call.worlds.find(world)
    found.update(_CLEARED, _Cleared, lambda _: (_Cleared(real_ns()), None))


def explain_request(call: Call, world: str, request_id: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    entries = found.journal.entries(
        found.partition,
        since_ns=_cleared_ns(found),
        wanted=lambda entry: entry.request_id == request_id,
    )
    if not entries:
        raise UnknownRecordError(details={"request_id": request_id[:128]})
    entry = entries[0]
    kind = None if entry.code is None else error_type(entry.code)
    meaning = "The request was carried out." if kind is None else kind.en
    return {
        "request": _journal_entry(entry),
        "outcome": "carried_out" if entry.code is None else "refused",
        "meaning": meaning,
        "message_zh": None if kind is None else kind.zh,
        "reason": entry.reason or {},
    }


def _entries(world: World, query: dict[str, Any]) -> list[JournalEntry]:
    since_ns = _cleared_ns(world)
    if "since" in query:
        kind, value = query["since"]
        since_ns = max(since_ns, value if kind == "number" else value * _NS_PER_MS - 1)
    exact = {
        name: query[name]
        for name in ("platform", "region", "operation", "status", "code")
        if name in query
    }
    path, impostor = query.get("path", ""), query.get("impostor")

    def wanted(entry: JournalEntry) -> bool:
        return (
            entry.path.startswith(path)
            and all(getattr(entry, name) == value for name, value in exact.items())
            and impostor in (None, _impostor(entry))
        )

    return world.journal.entries(world.partition, since_ns=since_ns, wanted=wanted)


def _cleared_ns(world: World) -> int:
    cleared = world.read(_CLEARED, _Cleared)
    return 0 if cleared is None else cleared.real_ns


def _message(number: int, message: Message) -> dict[str, Any]:
    return {
        "id": number,
        "kind": message.kind,
        "to": message.to,
        "platform": message.platform,
        "purpose": message.purpose,
        "text": message.text,
        "code": message.code,
        "at": china_time.to_iso(message.at_ms),
    }


def _journal_entry(entry: JournalEntry) -> dict[str, Any]:
    return {
        "request_id": entry.request_id,
        "cursor": str(entry.real_ns),
        "at": china_time.to_iso(entry.at_ms),
        "real_at": china_time.to_iso(entry.real_ns // _NS_PER_MS),
        "platform": entry.platform,
        "region": entry.region,
        "operation": entry.operation,
        "method": entry.method,
        # Masked when read, not when kept: few paths have anything to mask, and calls are many.
        "path": mask_text(entry.path),
        "query": entry.query,
        "body": entry.body,
        "status": entry.status,
        "code": entry.code,
        "subject": entry.subject,
        "duration_us": entry.duration_us,
        "delay_ms": entry.delay_ms,
        "details": entry.details,
        "impostor": _impostor(entry),
    }


def _impostor(entry: JournalEntry) -> str | None:
    return (entry.reason or {}).get("impostor")
