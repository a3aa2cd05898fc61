"""The pooled fund (统筹): what one medical payment costs whom, and a year's cumulations.

The field names of a settlement and the identities between its parts are *observed*
(domain-facts.md §2); the way the pool's part is computed, its ratios and limits are *assumed* and
come from a region's benefits. This module knows nothing of time, regions or stored state.

A kind of care is a small integer, so that a ratio is found by indexing: 0 is a pharmacy, 1 to 3
an outpatient visit at a hospital of that level, 4 to 6 an inpatient stay at one of level 1 to 3.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

PHARMACY = 0
CARE_KINDS = 7
HIGHEST_OUTPATIENT = 3

WHOLE = 10_000
"""Ratios and rates are integers per ten-thousand: 8500 is 85 %."""


def care_kind(level: int, *, inpatient: bool = False) -> int:
    """The kind of care at a hospital level 1…3, or at a pharmacy (level 0, never inpatient).

    Raises ValueError for a level that does not exist.
    """
    if not PHARMACY <= level <= HIGHEST_OUTPATIENT:
        raise ValueError(f"hospital level {level} is not 0 (pharmacy), 1, 2 or 3")
    if inpatient and level == PHARMACY:
        raise ValueError("a pharmacy (level 0) admits nobody: inpatient care needs level 1, 2 or 3")
    return level + HIGHEST_OUTPATIENT if inpatient else level


def is_inpatient(kind: int) -> bool:
    """Whether a kind of care is a hospital stay."""
    return kind > HIGHEST_OUTPATIENT


def level_of(kind: int) -> int:
    """The hospital level of a kind of care, 0 for a pharmacy."""
    return kind - HIGHEST_OUTPATIENT if kind > HIGHEST_OUTPATIENT else kind


@dataclass(frozen=True, slots=True)
class Terms:
    """What the pool of one region pays one group of people. *Assumed* values."""

    deductible_fen: int
    """In-scope cost of a calendar year that the person bears before the pool pays."""
    cap_fen: int
    """The most the pool pays for a person in a calendar year."""
    ratios: tuple[int, ...]
    """The pool's share of what is above the deductible, per ten-thousand, by kind of care."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One settled medical payment in fen; *observed* wire names in brackets.

    `total_fen == fund_pay_fen + person_pay_fen` and
    `person_pay_fen == account_pay_fen + cash_fen + mutual_aid_fen`.
    """

    level: int
    """Hospital level 1…3, 0 for a pharmacy (hosp_lv)."""
    inpatient: bool
    total_fen: int
    """medfee_sumamt"""
    in_scope_fen: int
    """The part of the cost the catalogues admit (inscp_scp_amt)."""
    deductible_fen: int
    """How much of it this settlement counted towards the year's deductible."""
    ratio: int
    """The pool's share above the deductible, per ten-thousand."""
    fund_pay_fen: int
    """fund_pay_sumamt"""
    person_pay_fen: int
    """psn_pay"""
    account_pay_fen: int
    """acct_pay"""
    cash_fen: int
    """cash_payamt"""
    mutual_aid_fen: int = 0
    """acct_mulaid_pay: what a relative's account paid in place of cash."""
    # Out of the text form, since nearly all care is taken at home.
    care_region: str | None = field(default=None, repr=False)
    """admdvs of the pooling area where the care was taken; None: where the person is insured."""


class PoolYear(NamedTuple):
    """The cumulations of one calendar year in one region's pool, in fen (cum_type_code, observed).

    They start again on 1 January and, *assumed*, when the person moves to another region.
    """

    year: int
    region: str
    deductible_fen: int
    deductible_used_fen: int
    """Q0000"""
    paid_fen: int
    """D310101"""
    cap_left_fen: int
    """The cap of the year less what was paid."""
    total_cost_fen: int
    """F0000"""
    admissions: int
    """C0000, a count"""


def settle(
    total_fen: int,
    in_scope_fen: int,
    ratio: int,
    deductible_left_fen: int,
    cap_left_fen: int,
    available_fen: int,
) -> tuple[int, int, int]:
    """Settle one cost: (counted towards the deductible, paid by the pool, paid from the account).

    The person bears the rest. The pool's part is rounded down to whole fen, so a fraction falls to
    the person (*assumed*). No argument may be negative, and `in_scope_fen` not above `total_fen`.
    """
    if in_scope_fen <= deductible_left_fen:
        return in_scope_fen, 0, total_fen if total_fen < available_fen else available_fen
    fund_pay = (in_scope_fen - deductible_left_fen) * ratio // WHOLE
    if fund_pay > cap_left_fen:
        fund_pay = cap_left_fen
    person_pay = total_fen - fund_pay
    account_pay = person_pay if person_pay < available_fen else available_fen
    return deductible_left_fen, fund_pay, account_pay
