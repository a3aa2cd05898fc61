"""Refusals about the balances of relatives."""

from simulator.errors.tree import SimulatorError


class FamilyError(SimulatorError):
    """About a family member."""


class FamilyMemberUnknownError(FamilyError):
    code, status = "family.unknown", 404
    zh = "未查询到该家庭成员"
    en = "The person has no family member of this number; `GET /family` lists them."


class FamilyConsentError(FamilyError):
    code, status = "family.consent_required", 403
    zh = "该家庭成员尚未同意家庭共济授权"
    en = (
        "The family member has not let this application share their balance: they have to "
        "authorise it themselves, with a scope that opens `mutual_aid`."
    )
