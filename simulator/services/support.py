"""Customer service: tickets that unlock an account or explain a balance, on the world's clock."""

from dataclasses import dataclass, replace

from simulator.domain import china_time
from simulator.domain.ledger import ENTRY_TYPES
from simulator.domain.people import Person
from simulator.domain.replication import Missing, Outstanding, outstanding
from simulator.domain.support import Kind, Ticket, open_ticket, state_of
from simulator.errors import AccountUnknownError, UnknownTicketError
from simulator.services import accounts, tokens
from simulator.services.accounts import Account
from simulator.services.lockouts import with_unlocks
from simulator.services.replicas import replica_on
from simulator.services.tokens import Token
from simulator.services.visit import Visit

_KEPT_TICKETS = 20
_MOST_PENDING = 200


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Why a balance is what it is: its entries summed by type; money in fen."""

    by_type: tuple[tuple[str, int, int], ...]
    """Entry type, number of entries, signed sum."""
    balance_fen: int | None
    """What the platform shows."""
    as_of_ms: int
    """The instant that is true of."""
    authoritative_fen: int | None
    """What the local platform shows at the same time."""
    pending: tuple[Missing, ...]
    """The most recent of what has not reached the platform, the newest first."""
    pending_total: int
    explanation: str
    """The same in a sentence, Chinese."""


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as it stands now, under the name its holder knows it by."""

    reference: str
    phone: str
    ticket: Ticket
    state: str
    reconciliation: Reconciliation | None = None


def open_unlock(visit: Visit, phone: str, *, name: str, id_number: str) -> TicketView:
    """Ask to have an account unlocked; whoever holds it proves so by name and ID number.

    The ticket is decided in time whether the proof is right or not. An account whose real name was
    never verified is judged by the person whose phone it is. Raises AccountUnknownError.
    """
    account = accounts.read(visit, phone).account
    if account is None:
        raise AccountUnknownError
    person = accounts.person_of(visit, account) or visit.world.people.by_phone(phone)
    proven = person is not None and (person.name, person.id_number) == (name, id_number.upper())
    return _open(visit, phone, "unlock", proof_accepted=proven)


def open_balance(visit: Visit, phone: str) -> TicketView:
    """Ask why the balance is what it is."""
    return _open(visit, phone, "balance", proof_accepted=False)


def ticket(visit: Visit, reference: str) -> TicketView:
    """A ticket as it stands now. Raises UnknownTicketError."""
    token = tokens.read(visit.world, "ticket", reference)
    account = None if token is None else accounts.read(visit, token.phone).account
    if token is None or account is None:
        raise UnknownTicketError
    for kept in account.tickets:
        if kept.ticket_id == token.digest:
            return _view(visit, token, account, kept)
    raise UnknownTicketError


def _open(visit: Visit, phone: str, kind: Kind, *, proof_accepted: bool) -> TicketView:
    token = tokens.issue(visit.world, "ticket", phone)
    opened = open_ticket(
        visit.policy.support,
        visit.now_ms,
        ticket_id=token.digest,
        kind=kind,
        proof_accepted=proof_accepted,
    )

    def change(account: Account) -> tuple[Account, Account]:
        # What an older ticket has brought about is kept before the ticket itself is dropped.
        account = with_unlocks(account, visit.now_ms)
        kept = (*account.tickets, opened)[-_KEPT_TICKETS:]
        account = replace(account, tickets=kept)
        return account, account

    account = accounts.update_account(visit, phone, change)
    if account is None:
        raise AccountUnknownError
    return _view(visit, token, account, opened)


def _view(visit: Visit, token: Token, account: Account, kept: Ticket) -> TicketView:
    state = state_of(kept, visit.now_ms)
    reconciliation = None
    person = accounts.person_of(visit, account)
    if kept.kind == "balance" and state == "resolved" and person is not None:
        reconciliation = reconcile(replace(visit, now_ms=kept.decision_ms), person)
    return TicketView(token.text, token.phone, kept, state, reconciliation)


def reconcile(visit: Visit, person: Person) -> Reconciliation:
    """What a person's balance is the sum of at the visit's instant, and what it lacks."""
    replica = replica_on(visit.world, visit.platform, person, visit.now_ms)
    shown, as_of_ms = replica.standing(visit.now_ms)
    truth = replica.ledger.position(visit.now_ms)
    found = outstanding(replica, visit.now_ms)
    sums: dict[str, tuple[int, int]] = {}
    for entry in replica.history(visit.now_ms).entries:
        count, total = sums.get(entry.type, (0, 0))
        sums[entry.type] = (count + 1, total + entry.amount_fen)
    return Reconciliation(
        by_type=tuple((code, *sums[code]) for code in ENTRY_TYPES if code in sums),
        balance_fen=shown.balance_fen,
        as_of_ms=as_of_ms,
        authoritative_fen=truth.balance_fen,
        pending=tuple(reversed(found.missing[-_MOST_PENDING:])),
        pending_total=len(found.missing),
        explanation=_explanation(found, visit.now_ms),
    )


def _explanation(found: Outstanding, now_ms: int) -> str:
    # The wording is assumed: no source shows what customer service answers.
    if found.agrees_ms <= now_ms:
        return "您的余额与参保地医保部门的记录一致。"
    # To the minute, and never sooner than it is so.
    whole_minutes = -(-found.agrees_ms // china_time.MINUTE_MS)
    until = china_time.to_iso(whole_minutes * china_time.MINUTE_MS)[:16].replace("T", " ")
    count = len(found.missing)
    if not count:
        return f"参保地的变更尚未同步到本平台，预计{until}前完成，请以参保地记录为准。"
    return f"您有{count}笔记录尚未同步到本平台，预计{until}前完成，请以参保地记录为准。"


def refuse_unless_of(view: TicketView, phone: str) -> None:
    """Raises UnknownTicketError when the ticket belongs to another account."""
    if view.phone != phone:
        raise UnknownTicketError
