"""Templates of subscribe messages: which fields one has, and what may stand in them.

A field's name begins with its kind (documented, WeChat): `thing` is a text of up to 20 characters,
`amount` a number with up to ten digits before the point, a currency sign before it and 元 behind it
if wanted, `time` a moment of the day with or without its date. Which templates an application has
is *assumed*: real ones are chosen by its owner.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "thing": re.compile(r"[^\r\n]{1,20}"),
    "amount": re.compile(r"[¥￥$]?[0-9]{1,10}(\.[0-9]{1,2})?元?"),
    "time": re.compile(
        r"([0-9]{4}(-[0-9]{1,2}-[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日) ?)?"
        r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
    ),
}
_KIND: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Template:
    """One template."""

    name: str
    """What the simulator calls it; its id differs from application to application."""
    title: str
    fields: Mapping[str, str]
    """By name on the wire, what the person reads before the value."""


LOW_BALANCE: Final = Template(
    "low_balance",
    "医保账户余额提醒",
    {"amount1": "账户余额", "amount2": "提醒线", "time3": "数据时间", "thing4": "温馨提示"},
)
PAYMENT: Final = Template(
    "payment",
    "医保消费提醒",
    {"amount1": "支付金额", "amount2": "账户余额", "time3": "支付时间", "thing4": "就诊机构"},
)
TEMPLATES: Final = (LOW_BALANCE, PAYMENT)


def field_at_fault(template: Template, values: Mapping[str, str]) -> str | None:
    """The first field of a template whose value is missing or does not fit; None when all fit.

    Values for fields that it does not have are let be (*assumed*).
    """
    for name in template.fields:
        kind = _KIND.match(name)
        assert kind is not None, f"{name} has no kind"
        if _FORMS[kind[0]].fullmatch(values.get(name, "")) is None:
            return name
    return None


def rendered(template: Template, values: Mapping[str, str]) -> str:
    """The message as the person reads it (layout *assumed*)."""
    lines = (f"{label}：{values[name]}" for name, label in template.fields.items())
    return f"【{template.title}】{'；'.join(lines)}"
