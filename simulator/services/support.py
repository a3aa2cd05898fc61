"""Customer service: tickets that unlock an account or explain a balance, on the world's clock."""

from dataclasses import dataclass, replace

from simulator.domain.ledger import ENTRY_TYPES
from simulator.domain.people import Person
from simulator.domain.support import Kind, Ticket, open_ticket, state_of
from simulator.errors import AccountUnknownError, UnknownTicketError
from simulator.services import accounts, balance, tokens
from simulator.services.accounts import Account
from simulator.services.lockouts import with_unlocks
from simulator.services.tokens import Token
from simulator.services.visit import Visit

_KEPT_TICKETS = 20


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Why a balance is what it is: its entries summed by type; money in fen."""

    by_type: tuple[tuple[str, int, int], ...]
    """Entry type, number of entries, signed sum."""
    balance_fen: int | None
    as_of_ms: int


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
    """The entries behind a person's balance at the visit's instant, summed by type."""
    sums: dict[str, tuple[int, int]] = {}
    entries = balance.history_of(visit, person)
    for entry in entries:
        count, total = sums.get(entry.type, (0, 0))
        sums[entry.type] = (count + 1, total + entry.amount_fen)
    by_type = tuple((code, *sums[code]) for code in ENTRY_TYPES if code in sums)
    balance_fen = balance.balance_of(visit, person).position.balance_fen
    return Reconciliation(by_type, balance_fen, visit.now_ms)


def refuse_unless_of(view: TicketView, phone: str) -> None:
    """Raises UnknownTicketError when the ticket belongs to another account."""
    if view.phone != phone:
        raise UnknownTicketError
