"""Tokens of applications, one after another."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import client_tokens
from simulator.domain.client_tokens import NONE, ClientTokenPolicy

POLICY = ClientTokenPolicy(lifetime_s=7200, overlap_s=300)


def test_next_token_leaves_the_last_its_overlap_and_no_more_than_its_life() -> None:
    first = client_tokens.renew(NONE, POLICY, 0)
    assert (first.generation, first.expires_ms) == (1, 7_200_000)
    second = client_tokens.renew(first, POLICY, 7_100_000)
    assert second.previous_until_ms == 7_200_000
    assert client_tokens.standing(second, 1, 7_199_999) == "good"
    assert client_tokens.standing(second, 1, 7_200_000) == "replaced"
    assert client_tokens.standing(second, 2, 7_200_000) == "good"


def test_token_is_kept_until_the_overlap_begins() -> None:
    first = client_tokens.renew(NONE, POLICY, 0)
    assert client_tokens.keep(first, POLICY, 6_899_999) is first
    assert client_tokens.keep(first, POLICY, 6_900_000).generation == 2
    assert client_tokens.keep(NONE, POLICY, 0).generation == 1


def test_token_that_lives_hardly_longer_than_the_overlap_is_kept_for_half_its_life() -> None:
    short = ClientTokenPolicy(lifetime_s=60, overlap_s=300)
    first = client_tokens.renew(NONE, short, 0)
    assert client_tokens.keep(first, short, 29_999) is first
    assert client_tokens.keep(first, short, 30_000).generation == 2


def test_replacement_at_once_leaves_the_last_nothing() -> None:
    first = client_tokens.renew(NONE, POLICY, 0)
    forced = client_tokens.replace_at_once(first, POLICY, 5)
    assert client_tokens.standing(forced, 1, 5) == "replaced"
    assert client_tokens.standing(forced, 2, 5) == "good"


@given(
    st.lists(
        st.tuples(st.sampled_from(["renew", "keep", "replace_at_once"]), st.integers(0, 10**7))
    )
)
def test_at_most_two_are_good_and_the_latest_is_while_it_lives(steps) -> None:
    token, now_ms = NONE, 0
    for name, wait_ms in steps:
        now_ms += wait_ms
        token = getattr(client_tokens, name)(token, POLICY, now_ms)
        found = {
            each: client_tokens.standing(token, each, now_ms)
            for each in range(1, token.generation + 1)
        }
        good = [each for each, standing in found.items() if standing == "good"]
        assert token.generation in good
        assert set(good) <= {token.generation, token.generation - 1}
        assert client_tokens.standing(token, token.generation, token.expires_ms) == "expired"
