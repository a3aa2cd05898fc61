"""Refusals of a booking by hand."""

from simulator.errors.worlds import WorldError


class LedgerError(WorldError):
    """About an entry that is to be posted to an account."""


class InvalidPostingError(LedgerError):
    code, status = "ledger.invalid_posting", 400
    zh = "记账内容不正确"
    en = "The entry has an unknown type, or an amount or care that cannot be."


class PostingTimeError(LedgerError):
    code, status = "ledger.outside_time", 400
    zh = "记账时间超出仿真范围"
    en = "The entry lies before the epoch of the ledger or after the simulated time."


class NoPersonalAccountError(LedgerError):
    code, status = "ledger.no_personal_account", 409
    zh = "该参保人没有个人账户"
    en = "This person has no personal account; only full settlements can be posted."


class OverdrawnError(LedgerError):
    code, status = "ledger.overdrawn", 409
    zh = "个人账户余额不足"
    en = "The account does not hold so much at that instant."
