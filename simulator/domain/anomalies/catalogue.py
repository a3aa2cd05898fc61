"""The anomalies that a real client must survive: one table. *Assumed*, after domain-facts.md §2."""

from dataclasses import dataclass
from typing import Final, Literal

PRE_TRANSFER = "pre_transfer"
REVERSED_PAYMENT = "reversed_payment"
YEAR_END_GAP = "year_end_gap"
SUSPENDED = "suspended"
MOVED = "moved"
MUTUAL_AID = "mutual_aid"
CARE_ELSEWHERE = "care_elsewhere"
BALANCE_AS_NUMBER = "balance_as_number"
ZERO_FOR_NO_ACCOUNT = "zero_for_no_account"

ACCOUNT: Final = "account"
NO_ACCOUNT: Final = "no_account"
EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One anomaly: whom it can befall, and what it is, in a line for each reader."""

    name: str
    concerns: Literal["account", "no_account", "everybody"]
    """Those with a personal account, those without, or both."""
    zh: str
    en: str
    detail: str | None = None
    """What can be told of it beside the day: `region`, `relative`."""
    shown_only: bool = False
    """True: the data are ordinary and an answer shows them oddly, so there is no day to it."""

    def befalls(self, *, has_account: bool) -> bool:
        """Whether somebody with or without a personal account can have it."""
        return self.concerns == EVERYBODY or (self.concerns == ACCOUNT) == has_account


ANOMALIES: dict[str, Anomaly] = {
    anomaly.name: anomaly
    for anomaly in (
        Anomaly(
            PRE_TRANSFER,
            ACCOUNT,
            "每月划账前数日先预划（108），划账时清退（203）",
            "Some days before each month's transfer it is advanced (108), and cleared (203) then.",
        ),
        Anomaly(
            REVERSED_PAYMENT,
            ACCOUNT,
            "每年首笔账户支付（201）数日后被冲正退回（109）",
            "The first payment of each year (201) is reversed (109) some days later.",
        ),
        Anomaly(
            YEAR_END_GAP,
            ACCOUNT,
            "年末余额全部转出（206），次年一月数日内结转回来（113），其间余额为 0.00",
            "The whole balance leaves at the year's end (206) and returns in January (113); "
            "0.00 in between.",
        ),
        Anomaly(
            SUSPENDED,
            ACCOUNT,
            "参保状态为暂停，余额照常显示",
            "The insurance is suspended, and the balance is still shown.",
        ),
        Anomaly(
            MOVED,
            ACCOUNT,
            "转移接续后有两条参保记录，余额转出（207）再转入（107）",
            "Two insurance rows after a move, with the balance transferred out (207) and in (107).",
            detail="region",
        ),
        Anomaly(
            MUTUAL_AID,
            ACCOUNT,
            "家庭共济：账户为亲属支付每年首笔自付现金",
            "Family mutual aid: the account pays what a relative's first care of a year "
            "would cost in cash.",
            detail="relative",
        ),
        Anomaly(
            CARE_ELSEWHERE,
            EVERYBODY,
            "异地就医：就医地与参保地不同，统筹支付比例较低",
            "Care is taken in another region than the one that insures, at a lower ratio.",
            detail="region",
        ),
        Anomaly(
            BALANCE_AS_NUMBER,
            EVERYBODY,
            "余额以数字而非字符串返回",
            "The balance is a JSON number instead of a string.",
            shown_only=True,
        ),
        Anomaly(
            ZERO_FOR_NO_ACCOUNT,
            NO_ACCOUNT,
            "没有个人账户的居民显示余额 0.00，而非空值",
            "Somebody without a personal account is shown 0.00 instead of null.",
            shown_only=True,
        ),
    )
}
