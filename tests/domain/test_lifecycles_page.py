"""docs/lifecycles.md shows the tables of the code; run this file to draw them again."""

import re
from pathlib import Path

import pytest

from simulator.domain import (
    alerts,
    applications,
    deliveries,
    e_credential,
    lockout,
    one_time_codes,
    passwords,
    real_name,
    second_factor,
    sessions,
    support,
)
from simulator.domain.authorisation import codes, grants
from simulator.domain.biometrics import BiometricPolicy, enrolment
from simulator.policy import effective_policy

PAGE = Path(__file__).parents[2] / "docs" / "lifecycles.md"
MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        lockout,
        one_time_codes,
        passwords,
        second_factor,
        sessions,
        support,
        real_name,
        enrolment,
        e_credential,
        alerts,
        deliveries,
        applications,
        codes,
        grants,
    )
}
BLOCK = re.compile(r"<!-- lifecycle: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)


def words(name):
    return name.replace("_", " ")


def diagram(table):
    """A Mermaid state diagram: the first state is the start, loops are left out."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(table))}"]
    for state, row in table.items():
        events_to = {}
        for event, target in row.items():
            if target != state:
                events_to.setdefault(target, []).append(words(event))
        lines += [
            f"    {state} --> {target}: {', '.join(events)}" for target, events in events_to.items()
        ]
    return [*lines, "```"]


def grid(table):
    events = list(dict.fromkeys(event for row in table.values() for event in row))
    lines = [
        "| | " + " | ".join(words(event) for event in events) + " |",
        "|---" * (len(events) + 1) + "|",
    ]
    for state, row in table.items():
        cells = [words(row[event]) if event in row else "–" for event in events]
        lines.append(f"| **{words(state)}** | " + " | ".join(cells) + " |")
    return lines


def drawn(table):
    return "\n".join([*grid(table), "", *diagram(table), ""])


def test_page_shows_every_lifecycle_once():
    shown = [name for name, _ in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(MODULES)


@pytest.mark.parametrize("name", MODULES)
def test_page_is_in_step_with_the_code(name):
    blocks = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert blocks[name] == drawn(MODULES[name].TRANSITIONS)


def defaults():
    """What the page must say of each default, as it follows from the policies."""
    locks = lockout.LockoutPolicy()
    codes = one_time_codes.CodePolicy()
    pairs = sessions.SessionPolicy()
    ages = passwords.PasswordPolicy()
    factor = second_factor.SecondFactorPolicy()
    desk = support.SupportPolicy()
    names = real_name.RealNamePolicy()
    samples = BiometricPolicy()
    shown = e_credential.ECredentialPolicy()
    wechat, alipay = (effective_policy({}, name).authorisation for name in ("wechat", "alipay"))
    *waits_m, last_m = (wait_s // 60 for wait_s in alerts.AlertPolicy().retry_after_s)
    return [
        f"{locks.threshold} wrong passwords lock for {locks.wait_s // 60} minutes",
        f"forgotten after {locks.reset_after_s // 3600} hours without failure",
        f"{codes.digits} digits, valid for {codes.lifetime_s // 60} minutes",
        f"again after {codes.resend_after_s} seconds, {codes.max_tries} tries",
        f"{codes.daily_limit} codes a day",
        f"access token lives for {pairs.access_lifetime_s // 3600} hours",
        f"refresh token for {pairs.refresh_lifetime_s // 86_400} days",
        f"At most {pairs.max_sessions} sessions",
        f"reminder from day {ages.reminder_after_days}, a forced change at day {ages.max_age_days}",
        f"valid for {factor.lifetime_s // 60} minutes, {factor.max_tries} tries",
        f"In review after {desk.review_after_s // 60} minute",
        f"unlock is decided after {desk.unlock_after_s // 60} minutes",
        f"about the balance after {desk.balance_after_s // 60} minutes",
        f"{names.tries_per_day} refused uploads a day",
        f"waits {names.accepted_card_lifetime_s // 60} minutes for the face",
        f"{samples.max_tries_per_hour} samples that do not match within an hour",
        f"{e_credential.DIGITS} digits, good for {shown.lifetime_s} seconds",
        f"after {', '.join(map(str, waits_m))} and {last_m} minutes of the world's time",
        f"remembers its latest {e_credential.KEPT} tokens",
        f"good for {wechat.code_lifetime_s // 60} minutes on WeChat and for a day on Alipay",
        f"lives for {wechat.access_lifetime_s // 3600} hours on WeChat and for "
        f"{alipay.access_lifetime_s // 86_400} days on Alipay",
        f"refresh token for {alipay.refresh_lifetime_s // 86_400} days on both",
    ]


@pytest.mark.parametrize("sentence", defaults())
def test_page_states_the_defaults_of_the_policies(sentence):
    assert sentence in " ".join(PAGE.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("name", MODULES)
def test_tables_are_closed_and_every_state_can_be_reached(name):
    table = MODULES[name].TRANSITIONS
    reached = {next(iter(table))}
    for _ in table:
        reached |= {target for state in reached for target in table[state].values()}
    assert reached == set(table)


def redraw():
    text = PAGE.read_text(encoding="utf-8")
    text = BLOCK.sub(
        lambda match: (
            f"<!-- lifecycle: {match[1]} -->\n{drawn(MODULES[match[1]].TRANSITIONS)}<!-- end -->"
        ),
        text,
    )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    redraw()
