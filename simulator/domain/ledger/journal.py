"""Writes down what the fold does, entry by entry; it decides nothing."""

from simulator.domain.ledger.entry_types import MEDICAL_PAYMENT, MONTHLY_TRANSFER
from simulator.domain.ledger.irregular import Due
from simulator.domain.ledger.postings import PostedEntry
from simulator.domain.ledger.records import LedgerEntry, derived_id
from simulator.domain.ledger.year_table import YearTable, instant_of
from simulator.domain.pool import Settlement, is_inpatient, level_of


class Journal:
    """The entries of one fold, oldest first. Derived ones are numbered by year, type, sequence."""

    def __init__(self) -> None:
        self.entries: list[LedgerEntry] = []
        self.care_region: str | None = None
        """Where care is taken that is written down from now on; None: where it is insured."""
        self.aid: dict[int, int] = {}
        """What relatives' accounts pay in place of cash: fen, by the instant of the settlement."""
        self._payments = (0, 0)  # the year, and how many treatments it has had

    def write_derived(
        self, year: int, type_code: str, at_ms: int, amount_fen: int, after_fen: int, region: str
    ) -> None:
        """An entry of a type that is derived at most once a year."""
        entry_id = derived_id(year, type_code, 1)
        self.entries.append(LedgerEntry(entry_id, type_code, at_ms, amount_fen, after_fen, region))

    def write_due(self, year: int, due: Due, at_ms: int, after_fen: int, region: str) -> None:
        """An entry of an irregular account."""
        self.entries.append(
            LedgerEntry(
                derived_id(year, due.type, due.sequence),
                due.type,
                at_ms,
                due.amount_fen,
                after_fen,
                region,
                note=due.note,
                reference=due.reference,
            )
        )

    def write_transfers(
        self,
        year: int,
        instants: tuple[int, ...],
        first: int,
        end: int,
        monthly_fen: int,
        after_fen: int,
        region: str,
    ) -> None:
        """The year's transfers first…end-1, given the balance after them; none when they are 0."""
        if not monthly_fen:
            return
        for month in range(first, end):
            balance = after_fen - monthly_fen * (end - 1 - month)
            entry_id = derived_id(year, MONTHLY_TRANSFER, month + 1)
            self.entries.append(
                LedgerEntry(
                    entry_id, MONTHLY_TRANSFER, instants[month], monthly_fen, balance, region
                )
            )

    def write_posted(
        self, entry: PostedEntry, amount_fen: int, after_fen: int, region: str
    ) -> None:
        """A posted account amount."""
        self.entries.append(
            LedgerEntry(
                entry.entry_id,
                entry.type,
                entry.at_ms,
                amount_fen,
                after_fen,
                region,
                posted=True,
                note=entry.note,
            )
        )

    def write_settlement(
        self,
        table: YearTable,
        moment: int,
        entry: PostedEntry | None,
        bill: tuple[int, int, int],
        parts: tuple[int, int, int, int],
        after_fen: int | None,
        region: str,
    ) -> None:
        """A settled medical payment: a treatment at a moment, or else posted care.

        `bill` is kind, total and in-scope cost; `parts` what was counted towards the deductible,
        the ratio, and what pool and account paid.
        """
        kind, total, in_scope = bill
        taken, ratio, fund_pay, account_pay = parts
        if moment < 0 and entry is not None:
            entry_id, at_ms, posted, note = entry.entry_id, entry.at_ms, True, entry.note
        else:
            year, count = self._payments
            count = count + 1 if year == table.year else 1
            self._payments = (table.year, count)
            entry_id = derived_id(table.year, MEDICAL_PAYMENT, count)
            at_ms, posted, note = instant_of(table, moment), False, ""
        cash = total - fund_pay - account_pay
        mutual_aid = min(self.aid.pop(at_ms, 0), cash) if cash and self.aid else 0
        settlement = Settlement(
            level=level_of(kind),
            inpatient=is_inpatient(kind),
            total_fen=total,
            in_scope_fen=in_scope,
            deductible_fen=taken,
            ratio=ratio,
            fund_pay_fen=fund_pay,
            person_pay_fen=total - fund_pay,
            account_pay_fen=account_pay,
            cash_fen=cash - mutual_aid,
            mutual_aid_fen=mutual_aid,
            care_region=self.care_region,
        )
        self.entries.append(
            LedgerEntry(
                entry_id,
                MEDICAL_PAYMENT,
                at_ms,
                -account_pay,
                after_fen,
                region,
                settlement,
                posted,
                note,
            )
        )
