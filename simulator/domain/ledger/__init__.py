"""The account of an insured person as a function of seed, membership, benefits and postings."""

from simulator.domain.ledger.account import entries, position
from simulator.domain.ledger.benefits import Benefits
from simulator.domain.ledger.benefits_file import BenefitsBook, BenefitsError
from simulator.domain.ledger.entry_types import ENTRY_TYPES, EntryType
from simulator.domain.ledger.history import HistoryPage, select_page
from simulator.domain.ledger.posting_check import MOST_AMOUNT_FEN, check_covered, check_posting
from simulator.domain.ledger.postings import (
    InvalidPostingError,
    NoPersonalAccountError,
    OutsideTimeError,
    OverdrawnError,
    PostedCare,
    PostedEntry,
    PostingError,
)
from simulator.domain.ledger.records import LedgerEntry, Position
from simulator.domain.ledger.year_table import END_DAY, END_MS, EPOCH_DAY, EPOCH_MS

__all__ = [
    "END_DAY",
    "END_MS",
    "ENTRY_TYPES",
    "EPOCH_DAY",
    "EPOCH_MS",
    "MOST_AMOUNT_FEN",
    "Benefits",
    "BenefitsBook",
    "BenefitsError",
    "EntryType",
    "HistoryPage",
    "InvalidPostingError",
    "LedgerEntry",
    "NoPersonalAccountError",
    "OutsideTimeError",
    "OverdrawnError",
    "Position",
    "PostedCare",
    "PostedEntry",
    "PostingError",
    "check_covered",
    "check_posting",
    "entries",
    "position",
    "select_page",
]
