"""The packaged defaults: every value labelled, described, settable, and in force."""

import dataclasses
import re
from importlib.resources import files

import pytest
from marshmallow import fields

from simulator.imaging.upload import UploadLimits
from simulator.imaging.verdicts import CardThresholds, FaceThresholds
from simulator.policy import EffectivePolicy, defaults, effective_policy, merge_policy
from simulator.policy.overrides import policy_schema

TEXT = files("simulator.policy").joinpath("defaults.yaml").read_text("utf-8")
VALUES = [
    (section, name) if isinstance(content, dict) else (None, section)
    for section, content in defaults().items()
    for name in (content if isinstance(content, dict) else [None])
]
LABELS = ("documented", "observed", "assumed")


def lines():
    """Path and comment of every value in the file."""
    section = None
    for line in TEXT.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"( *)(\w+):(?: (.*?))?(?: +# (.*))?", line)
        assert match is not None, line
        indent, name, value, comment = match.groups()
        if not value:
            section = name
            continue
        yield (section if indent else None, name), comment


def test_every_value_says_how_well_it_is_known() -> None:
    found = dict(lines())
    assert list(found) == VALUES
    for path, comment in found.items():
        assert comment is not None, path
        assert comment.split()[0].rstrip(":") in LABELS, path


@pytest.mark.parametrize(("section", "name"), VALUES)
def test_every_value_has_a_schema(section, name) -> None:
    known = policy_schema().fields
    if section is not None:
        known = known[section].schema.fields
    assert isinstance(known[name], fields.Field)


def test_schema_knows_nothing_that_has_no_default() -> None:
    described = set(policy_schema().fields) - {"platforms", "regions"}
    assert described == set(defaults())
    for section, content in defaults().items():
        if isinstance(content, dict):
            assert set(policy_schema().fields[section].schema.fields) == set(content)


def in_force(policy, section, name):
    """A value of a policy, as it would stand in the file."""
    holder = policy if section is None else getattr(policy, section)
    found = holder[name] if isinstance(holder, dict) else getattr(holder, name)
    return list(found) if isinstance(found, tuple) else found


@pytest.mark.parametrize(("section", "name"), VALUES)
def test_every_value_reaches_the_policy_in_force(section, name) -> None:
    wanted = defaults()[name] if section is None else defaults()[section][name]
    assert in_force(effective_policy({}, "national"), section, name) == wanted


def test_policy_in_force_has_nothing_beside_the_defaults() -> None:
    assert {field.name for field in dataclasses.fields(EffectivePolicy)} == set(defaults())


def test_defaults_of_the_domain_are_those_of_the_file() -> None:
    policy = effective_policy({}, "national")
    sections = ("latency", "lockout", "sms", "password", "session", "second_factor", "support")
    for section in (*sections, "real_name", "biometrics"):
        kind = type(getattr(policy, section))
        assert getattr(policy, section) == kind(), section


@pytest.mark.parametrize(
    ("section", "kind"),
    [("upload", UploadLimits), ("card_photo", CardThresholds), ("face_photo", FaceThresholds)],
)
def test_thresholds_of_photographs_are_those_of_the_file(section, kind) -> None:
    assert kind(**getattr(effective_policy({}, "national"), section)) == kind()


def other_than(section, name, value):
    """Another acceptable value, which contradicts none of the defaults."""
    chosen = {
        ("latency", "distribution"): "uniform",
        ("lockout", "mode"): "linear",
        ("lockout", "permanent_after"): 3,
        ("second_factor", "methods"): ["sms"],
        ("password", "classes"): 3,
        ("sms", "digits"): 4,
        (None, "id_space"): "realistic",
        ("real_name", "same_person"): "move",
        ("real_name", "card_owner"): "anyone",
        ("liveness", "challenge"): "mouth_open",
        ("biometrics", "kinds"): ["iris"],
        ("upload", "max_bytes"): 1_000_000,
        ("local", "dialect"): "legacy",
        ("registration", "card_number"): "required",
    }
    if (section, name) in chosen:
        return chosen[section, name]
    if isinstance(value, bool):
        return not value
    return value / 2 if isinstance(value, float) else value + 1


@pytest.mark.parametrize(("section", "name"), VALUES)
def test_every_value_can_be_set_and_taken_back(section, name) -> None:
    value = defaults()[name] if section is None else defaults()[section][name]
    wanted = other_than(section, name, value)
    path = name if section is None else f"{section}.{name}"
    world = merge_policy({}, {path: wanted})
    policy = effective_policy(world, "national")
    assert in_force(policy, section, name) == wanted
    assert merge_policy(world, {path: None}) == {}
    if section is None:
        return
    place = merge_policy({}, {"platforms": {"national": {path: wanted}}})
    assert in_force(effective_policy(place, "national"), section, name) == wanted
    assert effective_policy(place, "elsewhere") == effective_policy({}, "national")


def test_more_particular_places_win() -> None:
    world = merge_policy(
        {},
        {
            "sms.digits": 4,
            "sms.lifetime_s": 11,
            "platforms": {"national": {"sms.digits": 5, "sms.max_tries": 2}},
            "regions": {"330100": {"sms.digits": 7}},
        },
    )
    here = effective_policy(world, "national", "330100").sms
    assert (here.digits, here.max_tries, here.lifetime_s) == (7, 2, 11)
    assert effective_policy(world, "national").sms.digits == 5
    assert effective_policy(world, "national", "110100").sms.digits == 5
    assert effective_policy(world, "elsewhere").sms.digits == 4


def test_merging_leaves_what_it_was_given_alone() -> None:
    present = {"sms": {"digits": 4}}
    assert merge_policy(present, {"sms.digits": 5}) == {"sms": {"digits": 5}}
    assert present == {"sms": {"digits": 4}}
    assert defaults()["sms"]["digits"] == 6
