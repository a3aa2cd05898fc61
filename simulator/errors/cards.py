"""Refusals about the social-security card, and about the area in which somebody is insured."""

from simulator.errors.tree import SimulatorError


class CardError(SimulatorError):
    """About a social-security card."""


class CardMismatchError(CardError):
    code, status = "card.mismatch", 400
    zh = "社保卡号与身份证号码不匹配,请检查"
    en = "The card is another person's than the phone number."


class NoCardError(CardError):
    code, status = "card.none", 400
    zh = "您还没有社保卡，不需要填写社保卡选项"
    en = "No card has this number; leave the card number out."


class CardRequiredError(CardError):
    code, status = "card.required", 400
    zh = "请填写社保卡号"
    en = "This pooling area registers with a social-security card number only."


class NotInsuredHereError(SimulatorError):
    code, status = "region.not_insured_here", 403
    zh = "没有找到对应的参保人信息。"
    en = "The person is insured in another pooling area; `reason` of the explanation says in which."
