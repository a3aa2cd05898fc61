"""The types an account entry can have: one table, *observed* codes (domain-facts.md §2).

The English names are the simulator's own. Whatever its type, an entry's amount is stored positive;
the type alone says whether it comes in or goes out.
"""

from dataclasses import dataclass

MONTHLY_TRANSFER = "101"
YEARLY_INTEREST = "102"
TRANSFER_IN = "107"
PRE_TRANSFER = "108"
PAYMENT_REFUND = "109"
CARRY_OVER = "113"
MEDICAL_PAYMENT = "201"
CLEARING = "203"
YEAR_END_CARRY_OVER = "206"
TRANSFER_OUT = "207"


@dataclass(frozen=True, slots=True)
class EntryType:
    """One kind of account entry."""

    code: str
    name_zh: str
    name_en: str
    income: bool
    """True: adds to the balance. False: takes from it."""
    derived: bool = False
    """True: the ledger of any person makes such entries by itself. Any type can be posted, and the
    anomalies of some accounts make further ones (docs/anomalies.md)."""

    @property
    def sign(self) -> int:
        """1 for an income, -1 for an expense."""
        return 1 if self.income else -1


ENTRY_TYPES: dict[str, EntryType] = {
    entry_type.code: entry_type
    for entry_type in (
        EntryType(MONTHLY_TRANSFER, "划账", "monthly transfer", income=True, derived=True),
        EntryType(YEARLY_INTEREST, "年度结息", "yearly interest", income=True, derived=True),
        EntryType("103", "日结息", "daily interest", income=True),
        EntryType("104", "退费", "refund of contribution", income=True),
        EntryType("106", "继承", "inheritance", income=True),
        EntryType(TRANSFER_IN, "转入", "transfer in", income=True, derived=True),
        EntryType(PRE_TRANSFER, "预划", "pre-transfer", income=True),
        EntryType(PAYMENT_REFUND, "医疗费退回", "refund of a medical payment", income=True),
        EntryType("110", "调整", "adjustment", income=True),
        EntryType("111", "补记", "late booking", income=True),
        EntryType("112", "一次性划入", "one-off transfer", income=True),
        EntryType(CARRY_OVER, "上年结转", "carry-over from last year", income=True, derived=True),
        EntryType(MEDICAL_PAYMENT, "医疗支付", "medical payment", income=False, derived=True),
        EntryType("202", "退回", "return", income=False),
        EntryType(CLEARING, "清退", "clearing", income=False),
        EntryType("204", "变现", "realising", income=False),
        EntryType("205", "账户缴费", "contribution paid from the account", income=False),
        EntryType(YEAR_END_CARRY_OVER, "年末结转", "carry-over at year end", income=False),
        EntryType(TRANSFER_OUT, "转出", "transfer out", income=False, derived=True),
        EntryType("208", "继承转出", "transfer to heirs", income=False),
    )
}
