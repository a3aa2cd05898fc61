"""Refusals of low-balance alerts."""

from simulator.errors.tree import SimulatorError


class AlertError(SimulatorError):
    """About a low-balance alert."""


class NoAlertError(AlertError):
    code, status = "alert.none", 404
    zh = "尚未设置余额提醒"
    en = "This application has set no alert for this person."


class UnknownAlertError(AlertError):
    code, status = "alert.unknown", 404
    zh = "没有该提醒"
    en = "No alert of this id has fired in this world, or it has been forgotten since."


class AlertTargetError(AlertError):
    code, status = "alert.target_refused", 400
    zh = "不允许的回调地址"
    en = (
        "Webhooks go to loopback addresses over http or https, unless the server was started with "
        "--allow-webhooks; `problem` says what is wrong with this one."
    )


class AlertWithoutAccountError(AlertError):
    code, status = "alert.no_personal_account", 409
    zh = "该参保人没有个人账户，无法设置余额提醒"
    en = "This person has no personal account, so there is no balance that could fall."
