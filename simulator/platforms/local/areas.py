"""Which pooling area a call is made at, and which interface its platform speaks there."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import yaml

from simulator.domain.regions import Area, resolve
from simulator.errors import UnknownRegionError, UnknownRouteError
from simulator.web.call import Call

Speech = Literal["modern", "portal", "legacy"]


def locate(call: Call) -> str:
    """admdvs of the pooling area that a path names. Raises UnknownRegionError."""
    return _area(call).admdvs


def locate_where(speech: Speech) -> Callable[[Call], str]:
    """As `locate`, for an interface that only some areas speak; others raise UnknownRouteError."""

    def locate_speaking(call: Call) -> str:
        area = _area(call)
        spoken = speech_of(call, area)
        if spoken != speech:
            raise UnknownRouteError(
                details={
                    "speaks": spoken,
                    "hint": f"{area.admdvs} speaks the {spoken} dialect, not {speech}; "
                    "see dialects.yaml, or set the policy local.dialect",
                }
            )
        return area.admdvs

    return locate_speaking


def speech_of(call: Call, area: Area) -> Speech:
    """The interface that an area's platform speaks beside the modern one."""
    wanted = call.world.policy("local", area.admdvs).local.dialect
    return by_region(area) if wanted == "by_region" else wanted


def by_region(area: Area) -> Speech:
    """What the data file says of an area."""
    book = _book()
    found = book["cities"].get(area.admdvs) or book["provinces"].get(area.province)
    return cast("Speech", found or book["default"])


def _area(call: Call) -> Area:
    area = resolve(call.place)
    if area is None:
        raise UnknownRegionError(details={"region": call.place[:40]})
    return area


@cache
def _book() -> dict[str, Any]:
    text = files("simulator.platforms.local").joinpath("dialects.yaml").read_text("utf-8")
    return cast("dict[str, Any]", yaml.load(text, Loader=yaml.CSafeLoader))
