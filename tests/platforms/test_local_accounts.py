"""Accounts of local platforms: apart from the national ones, or the same where policy says so."""

import pytest

PASSWORD = "Another-2027"
SHARED = {"accounts.shared_with_national": True}


@pytest.fixture(params=[False, True], ids=["apart", "shared"])
def shared(request, world) -> bool:
    if request.param:
        world.set_policy(SHARED)
    return request.param


@pytest.fixture
def person(world):
    """Somebody with a national account, and the same one at home where accounts are shared."""
    return world.person()


@pytest.fixture
def home(world, person, shared):
    """The local platform of the person, where an account is made if it is not the national one."""
    local = world.local(person["region"])
    if not shared:
        local.set_account(person, registered=True)
    return local


def is_open(world, token) -> bool:
    return world.ask("GET", "/balance", token=token).status == 200


def newcomer(world):
    """Somebody without account on the national platform nor at home."""
    return next(each for each in world.people() if not any(each["registered"].values()))


def test_locked_account(world, home, person, shared) -> None:
    for _ in range(5):
        answer = home.try_password(person)
    assert (answer.status, answer.code) == (423, "sign_in.locked")
    expected = 423 if shared else 200
    assert world.try_password(person, person["default_password"]).status == expected
    assert world.account(person)["locked"] is shared


def test_failures_on_both_platforms_are_one_count_or_two(world, home, person, shared) -> None:
    for _ in range(3):
        _ = world.try_password(person)
    refusal = home.try_password(person)
    assert refusal.details == {"remaining_attempts": 1 if shared else 4}


def test_session(world, home, person, shared) -> None:
    for here, there in ((world, home), (home, world)):
        session = here.open_session(person)
        assert is_open(here, session["access_token"])
        assert is_open(there, session["access_token"]) is shared
        body = {"refresh_token": session["refresh_token"]}
        renewed = there.ask("POST", "/sessions/refresh", body)
        assert renewed.code == (None if shared else "session.invalid")


def test_registration(world, shared) -> None:
    person = newcomer(world)
    home = world.local(person["region"])
    token = home.register(person)
    there = world.ask("GET", "/account", token=token)
    assert there.code == (None if shared else "session.invalid")
    code = "account.unknown" if not shared else None
    body = {"phone": person["phone"], "password": "Lookup-2026"}
    assert world.ask("POST", "/sessions", body).code == code
    assert world.account(person)["registered"] is shared


def test_real_name(world, home, person, shared) -> None:
    world.set_account(person, real_name="unverified")
    assert home.account(person)["real_name"] == ("unverified" if shared else "verified")


def test_code(world, shared) -> None:
    person = newcomer(world)
    home = world.local(person["region"])
    body = {"phone": person["phone"], "sms_code": home.code(person["phone"], "register")}
    answer = world.ask("POST", "/accounts", body | {"password": PASSWORD})
    assert answer.code == (None if shared else "sms.wrong_code")


def test_default_password_of_a_shared_account_is_changed_for_both(world) -> None:
    world.set_policy(SHARED)
    person = world.person()
    home = world.local(person["region"])
    token = home.sign_in(person)
    body = {"old_password": person["default_password"], "new_password": PASSWORD}
    assert home.ask("PUT", "/account/password", body, token=token).status == 200
    assert world.try_password(person, person["default_password"]).status == 401
    assert is_open(world, world.sign_in(person, PASSWORD))


class TestSharedAccountFromElsewhere:
    """A shared account is met at the platforms of areas that do not insure its holder, too."""

    @pytest.fixture
    def person(self, world):
        world.set_policy(SHARED)
        return world.person()

    @pytest.fixture
    def elsewhere(self, world, person):
        return world.local("110100" if person["region"] != "110100" else "330100")

    def test_code_sent_there_leaves_the_account_as_it_is(self, world, person, elsewhere) -> None:
        _ = elsewhere.code(person["phone"], "sign_in")
        assert world.account(person)["registered"] is True
        assert is_open(world, world.sign_in(person))

    def test_failures_there_count(self, world, person, elsewhere) -> None:
        _ = elsewhere.try_password(person)
        assert world.try_password(person).details == {"remaining_attempts": 3}

    def test_holder_is_refused_there_with_the_right_password_alone(
        self, world, person, elsewhere
    ) -> None:
        assert elsewhere.try_password(person).code == "sign_in.wrong_password"
        refusal = elsewhere.try_password(person, person["default_password"])
        assert (refusal.status, refusal.code) == (403, "region.not_insured_here")

    def test_session_from_home_reads_nothing_there(self, world, person, elsewhere) -> None:
        token = world.local(person["region"]).sign_in(person)
        for path in ("/balance", "/insurance", "/transactions", "/e-credential"):
            refusal = elsewhere.ask("GET", path, token=token)
            assert (refusal.status, refusal.code) == (403, "region.not_insured_here")
        account = elsewhere.ask("GET", "/account", token=token).data
        assert account["linked"] is False

    def test_areas_with_other_shares_find_the_same_accounts(self, world, person) -> None:
        """Whose accounts they are decides who has one from the start."""
        region = person["region"]
        world.set_policy({"regions": {region: {"registration": {"registered_percent": 0}}}})
        home = world.local(region)
        assert home.account(person)["registered"] is True
        _ = home.code(person["phone"], "sign_in")
        assert world.account(person)["registered"] is True


@pytest.mark.parametrize("region", ["330100", "110100"])
def test_accounts_of_one_area_are_shared_where_only_its_policy_says_so(world, region) -> None:
    world.set_policy({"regions": {"330100": SHARED}})
    local = world.local(region)
    for person in local.people(count=60):
        if person["registered"]["national"] != person["registered"]["local"]:
            assert region == "110100"
            return
    assert region == "330100"


def test_accounts_of_two_areas_are_apart(world) -> None:
    """The control API may make an account where a person is not insured; it is of no use there."""
    person = world.person()
    home, away = world.local(person["region"]), world.local("110100")
    home.set_account(person, registered=True, locked=True)
    assert away.account(person)["registered"] is False
    away.set_account(person, registered=True)
    assert away.account(person)["locked"] is False
