"""The packaged defaults: every value labelled, described, settable, and in force."""

import dataclasses
import re
from importlib.resources import files

import pytest
from marshmallow import fields

from simulator.domain.china_time import to_iso
from simulator.domain.replication import ReplicationPolicy
from simulator.errors import PolicyError
from simulator.imaging.upload import UploadLimits
from simulator.imaging.verdicts import CardThresholds, FaceThresholds
from simulator.policy import (
    PLATFORMS,
    EffectivePolicy,
    defaults,
    differing_platforms,
    effective_policy,
    merge_policy,
    platform_defaults,
)
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
            if section == "platforms":
                break  # of platforms, which repeat names: every line is read below
            continue
        yield (section if indent else None, name), comment


def test_every_value_says_how_well_it_is_known() -> None:
    found = dict(lines())
    assert list(found) == VALUES
    for path, comment in found.items():
        assert comment is not None, path
        assert comment.split()[0].rstrip(":") in LABELS, path


def test_every_value_of_a_platform_says_how_well_it_is_known() -> None:
    _, _, block = TEXT.partition("\nplatforms:\n")
    values = [line for line in block.splitlines() if not line.endswith(":")]
    assert len(values) == sum(
        len(values) for sections in platform_defaults().values() for values in sections.values()
    )
    for line in values:
        assert re.fullmatch(rf" {{6}}\w+: \S+ # ({'|'.join(LABELS)}): .+", line), line


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
    if (section, name) == ("replication", "batch_times"):
        name = "batch_times_ms"
    if (section, name) == ("replication", "outages"):
        return [
            {"from": to_iso(each.starts_ms)[:16], "until": to_iso(each.ends_ms)[:16]}
            for each in policy.replication.outages
        ]
    if (section, name) == ("replication", "daily_outages"):
        return [
            {"from": written(each.starts_ms), "until": written(each.ends_ms)}
            for each in policy.replication.daily_outages
        ]
    holder = policy if section is None else getattr(policy, section)
    found = holder[name] if isinstance(holder, dict) else getattr(holder, name)
    return list(found) if isinstance(found, tuple) else found


def written(time_ms):
    minutes = time_ms // 60_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pytest.mark.parametrize(("section", "name"), VALUES)
def test_every_value_reaches_the_policy_in_force(section, name) -> None:
    wanted = defaults()[name] if section is None else defaults()[section][name]
    assert in_force(effective_policy({}, "local"), section, name) == wanted


def test_default_of_a_platform_wins_over_the_file_and_gives_way_to_the_world() -> None:
    for platform, sections in platform_defaults().items():
        for section, values in sections.items():
            for name, value in values.items():
                assert in_force(effective_policy({}, platform), section, name) == value
                assert value != defaults()[section][name], "says nothing new"
    world = merge_policy({}, {"replication": {"lag_s": 5}})
    assert effective_policy(world, "national").replication == ReplicationPolicy(
        lag_s=5, jitter_s=platform_defaults()["national"]["replication"]["jitter_s"]
    )
    nothing = {"lag_s": 0, "jitter_s": 0, "batch_every_s": 0}
    world = merge_policy({}, {"replication": nothing})
    for platform in PLATFORMS:
        assert effective_policy(world, platform).replication == ReplicationPolicy()
    assert not [each for each in differing_platforms(world).values() if "replication" in each]
    back = merge_policy(world, {"replication": None})
    assert effective_policy(back, "wechat") == effective_policy({}, "wechat")


def test_what_platforms_differ_in_is_what_is_in_force() -> None:
    world = merge_policy(
        {},
        {
            "replication": {"lag_s": 7},
            "platforms": {"wechat": {"replication.jitter_s": 3}, "local": {"sms.digits": 4}},
        },
    )
    alipay = platform_defaults()["alipay"]["authorisation"]
    assert differing_platforms(world) == {
        "national": {"replication": {"jitter_s": 600}},
        "alipay": {"authorisation": alipay, "replication": {"jitter_s": 1800}},
        "wechat": {"replication": {"batch_every_s": 3600, "jitter_s": 3}},
        "local": {"sms": {"digits": 4}},
    }
    assert platform_defaults()["wechat"]["replication"] == {"lag_s": 3600, "batch_every_s": 3600}


def test_policy_in_force_has_nothing_beside_the_defaults() -> None:
    assert {field.name for field in dataclasses.fields(EffectivePolicy)} == set(defaults())


def test_defaults_of_the_domain_are_those_of_the_file() -> None:
    policy = effective_policy({}, "local")
    sections = ("latency", "lockout", "sms", "password", "session", "second_factor", "support")
    for section in (*sections, "real_name", "biometrics", "replication", "alerts"):
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
        ("alerts", "retry_after_s"): [30, 90],
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
        ("replication", "outages"): [{"from": "2026-06-15T10:00", "until": "2026-06-15T12:00"}],
        ("replication", "daily_outages"): [{"from": "23:00", "until": "01:00"}],
        ("local", "dialect"): "legacy",
        ("registration", "card_number"): "required",
        ("authorisation", "refresh"): "rotate",
        ("authorisation", "redirect_match"): "exact",
        ("card_password", "mode"): "linear",
        ("card_password", "permanent_after"): 3,
        ("open_platform", "daily_calls"): 100,
        ("gateway", "rate_per_second"): 10,
        ("gateway", "timestamp_tolerance_s"): 60,
    }
    if (section, name) in chosen:
        return chosen[section, name]
    if isinstance(value, bool):
        return not value
    return value / 2 if isinstance(value, float) else value + 1


# Daily batch times contradict the hourly ones of a platform: tests/control/test_world_policy.py.
ALONE = [value for value in VALUES if value != ("replication", "batch_times")]


OF_THE_PEOPLE = [
    f"{s}.{name}" for s, name in VALUES if name.endswith("_per_mille") and s == "anomalies"
]


@pytest.mark.parametrize(("section", "name"), ALONE)
def test_every_value_can_be_set_and_taken_back(section, name) -> None:
    value = defaults()[name] if section is None else defaults()[section][name]
    wanted = other_than(section, name, value)
    path = name if section is None else f"{section}.{name}"
    world = merge_policy({}, {path: wanted})
    policy = effective_policy(world, "national")
    assert in_force(policy, section, name) == wanted
    assert merge_policy(world, {path: None}) == {}
    if section is None or path in OF_THE_PEOPLE:
        return
    place = merge_policy({}, {"platforms": {"national": {path: wanted}}})
    assert in_force(effective_policy(place, "national"), section, name) == wanted
    assert effective_policy(place, "elsewhere") == effective_policy({}, "elsewhere")


@pytest.mark.parametrize("path", OF_THE_PEOPLE)
def test_share_of_the_people_is_the_same_on_every_platform(path) -> None:
    with pytest.raises(PolicyError) as refusal:
        merge_policy({}, {"platforms": {"national": {path: 5}}})
    assert list(refusal.value.details["fields"]) == [f"platforms.national.{path}"]
    place = merge_policy({}, {"regions": {"330100": {path: 5}}})
    section, _, name = path.partition(".")
    assert in_force(effective_policy(place, "local", "330100"), section, name) == 5
    assert in_force(effective_policy(place, "local", "110100"), section, name) == 0


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
