"""Consent, exchange, refresh and every end, as the services carry them out in a world."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.errors import (
    ApplicationSuspendedError,
    AuthorisationError,
    AuthorisationNotFoundError,
    CodeExpiredError,
    CodeUnknownError,
    CodeUsedError,
    GrantRevokedError,
    GrantTokenExpiredError,
    GrantTokenUnknownError,
    PkceFailedError,
    RedirectMismatchError,
    RefreshTokenExpiredError,
    RefreshTokenUnknownError,
    ScopeNotGrantedError,
    ScopeNotOfferedError,
)
from simulator.services import applications, authorisation, consent
from simulator.services.visit import Visit

BACK = "http://localhost:5000/callback"


class Desk:
    """A platform of a fresh world, one of its applications, and a person who consents."""

    def __init__(self, app, world, platform: str, scope: str) -> None:
        self.worlds, self.world, self.platform, self.scope = app.worlds, world, platform, scope
        self.application = applications.applications(self.visit.world, platform)[0]
        self.person = self.visit.world.people.at(12345)

    @property
    def visit(self) -> Visit:
        found = self.worlds.find(self.world.name)
        return Visit(found, self.platform, found.now_ms())

    def code(self, *, application=None, scope=None, **rest) -> str:
        app_id = (application or self.application).app_id
        request = consent.ask(self.visit, app_id, BACK, [scope or self.scope], **rest)
        return consent.accept(self.visit, request, self.person)

    def exchange(self, code, **rest):
        return authorisation.exchange(self.visit, self.application, code, **rest)

    def granted(self, **rest):
        return self.exchange(self.code(**rest))

    def refresh(self, token):
        return authorisation.refresh(self.visit, self.application, token)

    def opened(self, granted):
        return authorisation.authenticate(self.visit, granted.access)

    def refused(self, granted) -> type | None:
        """How an access token is refused; None when it opens."""
        try:
            self.opened(granted)
        except AuthorisationError as error:
            return type(error)
        return None

    def change(self, state) -> None:
        self.application = applications.change(
            self.visit.world, self.platform, self.application.app_id, state=state
        )


@pytest.fixture
def alipay(app, world) -> Desk:
    return Desk(app, world, "alipay", "auth_user")


@pytest.fixture
def wechat(app, world) -> Desk:
    return Desk(app, world, "wechat", "snsapi_userinfo")


@pytest.fixture(params=["alipay", "wechat"])
def desk(request) -> Desk:
    return request.getfixturevalue(request.param)


def test_code_gives_tokens_that_open_the_person_s_data(desk) -> None:
    granted = desk.granted()
    assert (len(granted.access), len(granted.refresh)) == (40, 40)
    assert granted.person == desk.person
    opened = desk.opened(granted)
    assert (opened.person, opened.application) == (desk.person, desk.application)
    authorisation.require(desk.visit, opened, "insurance")


def test_lifetimes_are_each_platform_s(alipay, wechat) -> None:
    granted = alipay.granted()
    assert (granted.expires_in_s, granted.refresh_expires_in_s) == (1_296_000, 2_592_000)
    granted = wechat.granted()
    assert (granted.expires_in_s, granted.refresh_expires_in_s) == (7200, 2_592_000)


@pytest.mark.parametrize(("platform", "seconds"), [("alipay", 86_400), ("wechat", 300)])
def test_code_expires_exactly_when_policy_says(request, platform, seconds) -> None:
    desk = request.getfixturevalue(platform)
    early, late = desk.code(), desk.code()
    desk.world.advance(seconds=seconds - 0.001)
    desk.exchange(early)
    desk.world.advance(seconds=0.001)
    with pytest.raises(CodeExpiredError):
        desk.exchange(late)


def test_used_code_ends_what_it_gave_where_policy_says_so(desk) -> None:
    code = desk.code()
    granted = desk.exchange(code)
    desk.world.set_policy({"authorisation.reuse_revokes": False})
    with pytest.raises(CodeUsedError):
        desk.exchange(code)
    assert desk.refused(granted) is None
    desk.world.set_policy({"authorisation.reuse_revokes": None})
    for _ in range(2):
        with pytest.raises(CodeUsedError):
            desk.exchange(code)
        assert desk.refused(granted) is GrantRevokedError
    with pytest.raises(GrantRevokedError):
        desk.refresh(granted.refresh)


def test_code_is_good_for_its_application_redirect_and_verifier_alone(desk) -> None:
    verifier = "v" * 43
    code = desk.code(challenge=verifier)
    other = applications.make(
        desk.visit.world, applications.NewApplication(desk.platform, "另一个应用")
    )
    with pytest.raises(CodeUnknownError):
        authorisation.exchange(desk.visit, other, code, verifier=verifier)
    with pytest.raises(RedirectMismatchError):
        desk.exchange(code, redirect_uri=BACK + "/x", verifier=verifier)
    with pytest.raises(PkceFailedError):
        desk.exchange(code)
    assert desk.exchange(code, redirect_uri=BACK, verifier=verifier)


@pytest.mark.parametrize("text", ["", "x", "0" * 40, "g" * 40, "码" * 40])
def test_made_up_texts_are_unknown(desk, text) -> None:
    with pytest.raises(CodeUnknownError):
        desk.exchange(text)
    with pytest.raises(RefreshTokenUnknownError):
        desk.refresh(text)
    with pytest.raises(GrantTokenUnknownError):
        authorisation.authenticate(desk.visit, text)


def test_tokens_are_worth_nothing_elsewhere(app, make_world, alipay, wechat) -> None:
    granted = alipay.granted()
    assert wechat.refused(granted) is GrantTokenUnknownError
    elsewhere = Desk(app, make_world(), "alipay", "auth_user")
    assert elsewhere.refused(granted) is GrantTokenUnknownError
    with pytest.raises(GrantTokenUnknownError):
        authorisation.authenticate(alipay.visit, granted.refresh)
    with pytest.raises(RefreshTokenUnknownError):
        alipay.refresh(granted.access)


def test_access_expires_and_a_refresh_revives_it(desk) -> None:
    granted = desk.granted()
    desk.world.advance(seconds=granted.expires_in_s - 0.001)
    assert desk.refused(granted) is None
    desk.world.advance(seconds=0.001)
    assert desk.refused(granted) is GrantTokenExpiredError
    renewed = desk.refresh(granted.refresh)
    assert desk.refused(renewed) is None
    assert desk.refused(granted) is GrantTokenUnknownError


def test_alipay_rotates_both_tokens_and_takes_a_second_use_for_theft(alipay) -> None:
    granted = alipay.granted()
    renewed = alipay.refresh(granted.refresh)
    assert {renewed.access, renewed.refresh}.isdisjoint({granted.access, granted.refresh})
    assert alipay.refused(granted) is GrantTokenUnknownError
    with pytest.raises(RefreshTokenUnknownError):
        alipay.refresh(granted.refresh)
    assert alipay.refused(renewed) is GrantRevokedError


def test_wechat_prolongs_the_same_tokens_until_the_refresh_token_ends(wechat) -> None:
    granted = wechat.granted()
    wechat.world.advance(hours=1)
    renewed = wechat.refresh(granted.refresh)
    assert (renewed.access, renewed.refresh) == (granted.access, granted.refresh)
    assert (renewed.expires_in_s, renewed.refresh_expires_in_s) == (7200, 2_592_000 - 3600)
    wechat.world.advance(hours=3)
    renewed = wechat.refresh(granted.refresh)
    assert renewed.access != granted.access
    assert wechat.refresh(granted.refresh).access == renewed.access
    wechat.world.advance(seconds=renewed.refresh_expires_in_s)
    with pytest.raises(RefreshTokenExpiredError):
        wechat.refresh(granted.refresh)


def test_refresh_token_is_good_for_its_application_alone(desk) -> None:
    granted = desk.granted()
    other = applications.make(
        desk.visit.world, applications.NewApplication(desk.platform, "另一个应用")
    )
    with pytest.raises(RefreshTokenUnknownError):
        authorisation.refresh(desk.visit, other, granted.refresh)
    assert desk.refused(granted) is None


def test_authorising_again_takes_the_place_of_the_earlier_grant(desk) -> None:
    first, second = desk.granted(), desk.granted()
    assert desk.refused(first) is GrantRevokedError
    assert desk.refused(second) is None
    ended, lasting = authorisation.of_person(desk.visit, desk.person)
    assert (ended.phase, ended.ended_by) == ("ended", "replaced")
    assert (lasting.phase, lasting.ended_by) == ("active", None)


@pytest.mark.parametrize("by", ["person", "application", "tester"])
def test_revoking_ends_both_tokens_at_once(desk, by) -> None:
    granted = desk.granted()
    authorisation.revoke(desk.visit, desk.opened(granted), by)
    assert desk.refused(granted) is GrantRevokedError
    with pytest.raises(GrantRevokedError) as refused:
        desk.refresh(granted.refresh)
    assert refused.value.reason == {"revoked_by": by}
    authorisation.end(desk.visit, desk.person, granted.grant.grant_id, "tester")
    [listed] = authorisation.of_person(desk.visit, desk.person)
    assert listed.ended_by == by
    with pytest.raises(AuthorisationNotFoundError):
        authorisation.end(desk.visit, desk.person, "x", "tester")


def test_suspended_application_is_refused_until_it_is_resumed(desk) -> None:
    granted = desk.granted()
    desk.change("suspended")
    assert desk.refused(granted) is ApplicationSuspendedError
    desk.change("active")
    assert desk.refused(granted) is None


def test_revoked_application_loses_its_grants_for_good(desk) -> None:
    granted, code = desk.granted(), desk.code()
    desk.change("revoked")
    assert desk.refused(granted) is GrantRevokedError
    [listed] = authorisation.of_person(desk.visit, desk.person)
    assert (listed.phase, listed.ended_by) == ("ended", "platform")
    desk.change("unregistered")
    desk.change("active")
    assert desk.refused(granted) is GrantRevokedError
    with pytest.raises(GrantRevokedError):
        desk.refresh(granted.refresh)
    with pytest.raises(CodeUnknownError):
        desk.exchange(code)
    assert desk.refused(desk.granted()) is None


def test_scope_of_less_opens_less(desk) -> None:
    base = {"alipay": "auth_base", "wechat": "snsapi_base"}[desk.platform]
    opened = desk.opened(desk.granted(scope=base))
    authorisation.require(desk.visit, opened, "identity")
    for right in ("profile", "insurance"):
        with pytest.raises(ScopeNotGrantedError) as refused:
            authorisation.require(desk.visit, opened, right)
        assert refused.value.details == {"scopes": [base]}


def test_only_scopes_of_the_application_may_be_asked_for(desk) -> None:
    for scopes in (["anything"], [desk.scope, "anything"], []):
        with pytest.raises(ScopeNotOfferedError):
            consent.ask(desk.visit, desk.application.app_id, BACK, scopes)


def test_of_many_exchanges_of_one_code_exactly_one_succeeds(desk) -> None:
    desk.world.set_policy({"authorisation.reuse_revokes": False})
    code = desk.code()
    visit = desk.visit

    def attempt(_):
        try:
            return authorisation.exchange(visit, desk.application, code)
        except CodeUsedError:
            return None

    with ThreadPoolExecutor(8) as threads:
        granted = [each for each in threads.map(attempt, range(40)) if each is not None]
    assert len(granted) == 1
    assert desk.refused(granted[0]) is None


def test_of_many_rotations_of_one_token_exactly_one_succeeds(alipay) -> None:
    alipay.world.set_policy({"authorisation.reuse_revokes": False})
    granted, visit = alipay.granted(), alipay.visit

    def attempt(_):
        try:
            return authorisation.refresh(visit, alipay.application, granted.refresh)
        except RefreshTokenUnknownError:
            return None

    with ThreadPoolExecutor(8) as threads:
        renewed = [each for each in threads.map(attempt, range(40)) if each is not None]
    assert len(renewed) == 1
    assert alipay.refused(renewed[0]) is None
