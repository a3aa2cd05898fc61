"""Refusals that are about a world as a whole: clock, policy, people, and who may control it."""

from simulator.errors.tree import SimulatorError


class WorldError(SimulatorError):
    """About a world as a whole."""


class UnknownWorldError(WorldError):
    code, status = "world.unknown", 404
    zh = "该仿真世界不存在"
    en = 'No such world. Make one with POST /_control/worlds {"name": "…"}.'


class WorldExistsError(WorldError):
    code, status = "world.exists", 409
    zh = "该仿真世界已存在"
    en = "A world of this name exists; delete or reset it, or choose another name."


class WorldProtectedError(WorldError):
    code, status = "world.protected", 409
    zh = "默认世界不能删除"
    en = "The world `default` cannot be deleted; reset it instead."


class ClockError(WorldError):
    """A change of the world's clock that cannot be made."""


class ClockBackwardsError(ClockError):
    code, status = "clock.backwards", 409
    zh = "世界时钟不能倒退"
    en = "The world's clock never moves backwards; reset the world to start again."


class ClockRangeError(ClockError):
    code, status = "clock.out_of_range", 400
    zh = "超出仿真时间范围"
    en = "That instant lies outside the simulated time."


class PolicyError(WorldError):
    code, status = "policy.invalid", 400
    zh = "策略内容不正确"
    en = "The policy has a value that is unknown or not acceptable; `fields` says which."


class UnknownPersonError(WorldError):
    code, status = "person.unknown", 404
    zh = "没有找到对应的参保人信息。"
    en = "Nobody in this world's population has this ID number."


class UnknownRegionError(WorldError):
    code, status = "region.unknown", 404
    zh = "统筹区不存在"
    en = "Not the code of a pooling area."


class UnknownPlatformError(WorldError):
    code, status = "platform.unknown", 404
    zh = "平台不存在"
    en = "No platform of this name."


class NotListedError(SimulatorError):
    code, status = "catalogue.not_listed", 404
    zh = "目录中没有该编码"
    en = "The pooling area lists nothing under this code."


class UnknownRecordError(WorldError):
    code, status = "journal.unknown_request", 404
    zh = "没有该请求的记录"
    en = "The journal holds no request of this id; it keeps the most recent ones only."


class AccountStateError(WorldError):
    code, status = "account.state_refused", 409
    zh = "账号状态不允许该修改"
    en = "The account cannot be put into that state."


class ControlAccessError(SimulatorError):
    code, status = "control.unauthorised", 401
    zh = "控制接口需要令牌"
    en = "The control API needs `Authorization: Bearer <control token>` here."
