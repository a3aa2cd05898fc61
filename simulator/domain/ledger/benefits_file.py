"""Reads benefits: the packaged file once, when first asked for, and what a world puts over it.

Benefits are written in layers, each a mapping that may leave out what the layer below says:

    default:                     everywhere
    provinces: {"33": …}         by two-digit province code
    cities:    {"330100": …}     by admdvs of the pooling area

A world's own layers have the same shape and lie on top of all packaged ones, so that a default a
world sets holds everywhere unless that world says otherwise for a province or a city.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from simulator.domain.ledger.benefits import Benefits
from simulator.domain.pool import WHOLE, Terms

_MOST_FEN = 10**11

_NUMBERS = {
    "transfer_day": (1, 28),
    "transfer_hour": (0, 23),
    "account_rate": (0, WHOLE),
    "base_growth": (0, WHOLE),
    "interest_rate": (0, WHOLE),
    "retired_monthly_fen": (0, _MOST_FEN),
    "elsewhere_cut": (0, WHOLE),
}
_GROUPS = ("in_service", "retired", "resident")
_LIMITS = {"deductible_fen": (0, _MOST_FEN), "cap_fen": (0, _MOST_FEN)}
_RATIO = (0, WHOLE)
_LEVELS = 3
_SECTIONS = ("default", "provinces", "cities")
_REGIONS_KEPT = 4096
"""More than all pooling areas there are; bounds the memory spent on made-up regions."""

_Layer = dict[str, Any]
_Layers = dict[str, _Layer]


class BenefitsError(ValueError):
    """Benefits that cannot be used; the message names the place, the value and what would do."""


class BenefitsBook:
    """The benefits of every region, merged when a region is first asked for."""

    def __init__(self, override: Mapping[str, object] | None = None) -> None:
        """Raises BenefitsError when `override` (shape as in the module's text) is not sound."""
        stack = [_packaged()]
        if override is not None:
            stack.append(check_layers(override))
        self._stack = tuple(stack)
        self._regions: dict[str, Benefits] = {}

    def of(self, region: str) -> Benefits:
        """The benefits of the pooling area with this admdvs."""
        found = self._regions.get(region)
        if found is None:
            found = _build(region, self._stack)
            if len(self._regions) >= _REGIONS_KEPT:
                self._regions.clear()
            self._regions[region] = found
        return found


def check_layers(layers: Mapping[str, object]) -> _Layers:
    """A checked copy of layers read from a file or set by a world.

    Raises BenefitsError for unknown keys, wrong types (a float among them) and values out of range.
    """
    _refuse_unknown(layers, _SECTIONS, "benefits")
    checked: _Layers = {"default": _check_region(layers.get("default", {}), "default")}
    for section, digits in (("provinces", 2), ("cities", 6)):
        regions = _mapping(layers.get(section, {}), section)
        for code in regions:
            if not (isinstance(code, str) and len(code) == digits and code.isdecimal()):
                raise BenefitsError(f"{section}: {code!r} is not a text of {digits} digits")
        checked[section] = {
            code: _check_region(values, f"{section}.{code}") for code, values in regions.items()
        }
    return checked


@cache
def _packaged() -> _Layers:
    import yaml  # here, since most of what imports the domain never reads the file

    text = files("simulator.domain").joinpath("data/benefits.yaml").read_text(encoding="utf-8")
    return check_layers(yaml.safe_load(text))


def _build(region: str, stack: tuple[_Layers, ...]) -> Benefits:
    merged: _Layer = {}
    for layers in stack:
        for layer in (
            layers["default"],
            layers["provinces"].get(region[:2], {}),
            layers["cities"].get(region, {}),
        ):
            for name, value in layer.items():
                merged[name] = merged.get(name, {}) | value if name in _GROUPS else value
    groups = {name: _terms(merged[name]) for name in _GROUPS}
    return Benefits(region=region, **(merged | groups))


def _terms(group: _Layer) -> Terms:
    return Terms(
        deductible_fen=group["deductible_fen"],
        cap_fen=group["cap_fen"],
        ratios=(group["pharmacy"], *group["outpatient"], *group["inpatient"]),
    )


def _check_region(values: object, where: str) -> _Layer:
    region = _mapping(values, where)
    _refuse_unknown(region, (*_NUMBERS, *_GROUPS), where)
    return {
        name: _check_group(value, f"{where}.{name}")
        if name in _GROUPS
        else _check_number(value, _NUMBERS[name], f"{where}.{name}")
        for name, value in region.items()
    }


def _check_group(values: object, where: str) -> _Layer:
    group = _mapping(values, where)
    _refuse_unknown(group, (*_LIMITS, "pharmacy", "outpatient", "inpatient"), where)
    checked: _Layer = {}
    for name, value in group.items():
        place = f"{where}.{name}"
        if name in _LIMITS:
            checked[name] = _check_number(value, _LIMITS[name], place)
        elif name == "pharmacy":
            checked[name] = _check_number(value, _RATIO, place)
        elif isinstance(value, list) and len(value) == _LEVELS:
            checked[name] = tuple(
                _check_number(ratio, _RATIO, f"{place}[{level}]")
                for level, ratio in enumerate(value, 1)
            )
        else:
            raise BenefitsError(f"{place}: {value!r} is not a list of three ratios, by level 1 2 3")
    return checked


def _check_number(value: object, bounds: tuple[int, int], where: str) -> int:
    least, most = bounds
    if type(value) is not int or not least <= value <= most:
        raise BenefitsError(f"{where}: {value!r} is not an integer in {least}…{most}")
    return value


def _mapping(values: object, where: str) -> Mapping[Any, object]:
    if not isinstance(values, Mapping):
        raise BenefitsError(f"{where}: {values!r} is not a mapping")
    return values


def _refuse_unknown(values: Mapping[Any, object], known: tuple[str, ...], where: str) -> None:
    for name in values:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
            raise BenefitsError(f"{where}: unknown key {name!r}; {hint}")
