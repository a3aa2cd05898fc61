"""E-credentials in a world: issued to a verified person, decoded once, gone with the person."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from simulator.app import create_app
from simulator.errors import (
    ECredentialError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    RealNameRequiredError,
    SessionInvalidError,
)
from simulator.services import accounts, e_credentials, sign_in
from simulator.services.e_credentials import SHEET_KINDS
from simulator.services.sign_in import Credentials, OpenSession
from simulator.services.visit import Visit
from simulator.settings import Settings

THREADS = 16


class Desk:
    """One world's national platform as an insured person and an institution meet it."""

    def __init__(self, app, world) -> None:
        self.app, self.world = app, world
        self.person = world.person()
        self.token = world.sign_in(self.person)

    def visit(self, platform="national", region=None):
        found = self.app.worlds.find(self.world.name)
        return Visit(found, platform, found.now_ms(), region)

    def session(self):
        return sign_in.authenticate(self.visit(), self.token)

    def issue(self):
        return e_credentials.issue(self.visit(), self.session())

    def decode(self, token):
        return e_credentials.decode(self.visit(), token)

    def outcome(self, token):
        try:
            self.decode(token)
        except ECredentialError as error:
            return error.code
        return "decoded"


@pytest.fixture
def desk(app, world):
    return Desk(app, world)


def test_token_is_28_digits_for_a_minute(desk) -> None:
    issued = desk.issue()
    assert len(issued.token) == 28
    assert issued.token.isdecimal()
    assert issued.expires_in_s == 60
    assert issued.expires_ms == desk.visit().now_ms + 60_000


def test_institution_learns_whose_it_is(desk) -> None:
    issued = desk.issue()
    decoded = desk.decode(issued.token)
    person = decoded.person
    assert person.id_number == desk.person["id_number"]
    assert person.name == desk.person["name"]
    assert decoded.phone == desk.person["phone"]
    assert decoded.issued_ms == issued.issued_ms
    assert decoded.insured_in == desk.person["region"]
    insured = [(row.insutype, row.region) for row in decoded.insurance]
    assert insured == [(row["insutype"], row["region"]) for row in desk.person["insurance"]]


def test_opaque_numbers_stand_for_the_person_and_the_token(app, make_world, desk) -> None:
    first, second = (desk.decode(desk.issue().token) for _ in range(2))
    opaque = (first.ec_token, first.ec_index_no)
    assert [len(each) for each in opaque] == [40, 32]
    assert (second.ec_token, second.ec_index_no) == opaque
    assert len(first.auth_no) == 32
    assert first.auth_no != second.auth_no
    again = Desk(app, make_world())
    same = again.decode(again.issue().token)
    assert (same.ec_token, same.ec_index_no) == opaque
    elsewhere = Desk(app, make_world(seed=99))
    other = elsewhere.decode(elsewhere.issue().token)
    assert {other.ec_token, other.ec_index_no}.isdisjoint(opaque)


def test_tokens_tell_nothing_of_the_account(desk) -> None:
    tokens = [desk.issue().token for _ in range(40)]
    phone = desk.person["phone"]
    assert len({token[-11:] for token in tokens}) == 40
    assert not [token for token in tokens if phone[-6:] in token]
    for place in range(28):
        assert len({token[place] for token in tokens}) > 4, place


def test_second_decoding_is_refused_as_used(desk) -> None:
    token = desk.issue().token
    assert [desk.outcome(token) for _ in range(3)] == [
        "decoded",
        "e_credential.used",
        "e_credential.used",
    ]
    desk.world.advance(minutes=2)
    assert desk.outcome(token) == "e_credential.used"


def test_reusable_tokens_decode_until_they_expire(desk) -> None:
    desk.world.set_policy({"e_credential.single_use": False})
    token = desk.issue().token
    first, second = desk.decode(token), desk.decode(token)
    assert first == second
    desk.world.advance(seconds=60)
    assert desk.outcome(token) == "e_credential.expired"


def test_token_expires_by_the_clock_of_the_world(desk) -> None:
    one, other = desk.issue().token, desk.issue().token
    desk.world.advance(seconds=59)
    assert desk.outcome(one) == "decoded"
    desk.world.advance(seconds=1)
    assert desk.outcome(other) == "e_credential.expired"


def test_new_token_ends_older_ones_where_policy_says_so(desk) -> None:
    one = desk.issue().token
    desk.world.set_policy({"e_credential.newer_ends_older": True})
    other = desk.issue().token
    assert (desk.outcome(one), desk.outcome(other)) == ("e_credential.expired", "decoded")


def test_every_digit_of_a_token_counts(desk) -> None:
    token = desk.issue().token
    for place, digit in enumerate(token):
        forged = token[:place] + str((int(digit) + 1) % 10) + token[place + 1 :]
        assert desk.outcome(forged) == "e_credential.unknown"
    assert desk.outcome(token) == "decoded"


@pytest.mark.parametrize(
    "text", ["", "0" * 28, "1" * 27, "1" * 29, "x" * 28, "１" * 28, " " * 28, "²" * 28, "\ud800"]
)
def test_other_texts_are_unknown(desk, text) -> None:
    with pytest.raises(ECredentialUnknownError):
        desk.decode(text)
    with pytest.raises(ECredentialUnknownError):
        e_credentials.sheet(desk.visit(), text, "png")
    assert desk.app.worlds.find(desk.world.name).keys("phone/national/0") == []


def test_only_the_real_name_gets_a_token(desk) -> None:
    desk.world.set_account(desk.person, real_name="unverified")
    token = desk.world.sign_in(desk.person)
    session = sign_in.authenticate(desk.visit(), token)
    with pytest.raises(RealNameRequiredError):
        e_credentials.issue(desk.visit(), session)


def test_token_goes_with_the_person_and_does_not_come_back(desk) -> None:
    token = desk.issue().token
    desk.world.set_account(desk.person, real_name="unverified")
    assert desk.outcome(token) == "e_credential.unknown"
    desk.world.set_account(desk.person, real_name="verified")
    assert desk.outcome(token) == "e_credential.unknown"


def test_token_goes_with_the_account(desk) -> None:
    token, session = desk.issue().token, desk.session()
    desk.world.set_account(desk.person, registered=False)
    assert desk.outcome(token) == "e_credential.unknown"
    for kind in SHEET_KINDS:
        with pytest.raises(ECredentialUnknownError):
            e_credentials.sheet(desk.visit(), token, kind)
    with pytest.raises(SessionInvalidError):
        e_credentials.issue(desk.visit(), session)


def test_account_that_became_nobodys_meanwhile_gets_none(desk) -> None:
    session = desk.session()
    desk.world.set_account(desk.person, real_name="unverified")
    with pytest.raises(SessionInvalidError):
        e_credentials.issue(desk.visit(), session)


def test_token_of_another_platform_or_world_is_unknown(app, desk, make_world) -> None:
    token = desk.issue().token
    region = desk.person["region"]
    with pytest.raises(ECredentialUnknownError):
        e_credentials.decode(desk.visit("local", region), token)
    with pytest.raises(ECredentialUnknownError):
        e_credentials.decode(Desk(app, make_world()).visit(), token)
    assert desk.outcome(token) == "decoded"


def local_session(desk, region):
    visit = desk.visit("local", region)
    credentials = Credentials(password=desk.person["default_password"])
    signed_in = sign_in.sign_in(visit, desk.person["phone"], credentials)
    return visit, sign_in.authenticate(visit, signed_in.access.text)


def test_local_token_decodes_at_its_own_area_alone(desk) -> None:
    region = desk.person["region"]
    path = f"/people/{desk.person['id_number']}/accounts/local:{region}"
    assert desk.world.control("PATCH", path, {"registered": True}).status == 200
    visit, session = local_session(desk, region)
    token = e_credentials.issue(visit, session).token
    elsewhere = "110100" if region != "110100" else "310100"
    for platform, area in (("national", None), ("local", elsewhere)):
        with pytest.raises(ECredentialUnknownError):
            e_credentials.decode(desk.visit(platform, area), token)
    assert e_credentials.decode(visit, token).person.id_number == desk.person["id_number"]


def test_shared_accounts_share_their_tokens(desk) -> None:
    desk.world.set_policy({"accounts.shared_with_national": True})
    token = desk.issue().token
    elsewhere = desk.visit("local", "110100")
    assert e_credentials.decode(elsewhere, token).insured_in == desk.person["region"]
    assert desk.outcome(token) == "e_credential.used"


def test_sheets_show_the_token_and_use_nothing_up(desk) -> None:
    token = desk.issue().token
    png, svg, pdf = (
        e_credentials.sheet(desk.visit(), token, kind) for kind in ("png", "svg", "pdf")
    )
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    assert found.text == token
    assert svg.startswith(b"<?xml")
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    masked = desk.person["id_number"][:6] + "*" * 8 + desk.person["id_number"][-4:]
    assert masked in text
    assert "2026-06-15 10:01:00" in text
    assert desk.person["name"] not in text
    assert desk.outcome(token) == "decoded"


@pytest.mark.parametrize("kind", SHEET_KINDS)
def test_no_sheet_of_a_token_that_is_not_good_any_more(desk, kind) -> None:
    used, late = desk.issue().token, desk.issue().token
    desk.decode(used)
    with pytest.raises(ECredentialUsedError):
        e_credentials.sheet(desk.visit(), used, kind)
    desk.world.advance(minutes=1)
    with pytest.raises(ECredentialExpiredError):
        e_credentials.sheet(desk.visit(), late, kind)


@pytest.mark.parametrize(
    "patch", [{"lifetime_s": 0}, {"lifetime_s": "60"}, {"single_use": 1}, {"digits": 20}]
)
def test_policy_that_makes_no_sense_is_refused(world, patch) -> None:
    assert world.control("PATCH", "/policy", {"e_credential": patch}).code == "policy.invalid"


@pytest.mark.parametrize("store", [None, "sqlite:///{}/state.sqlite"])
def test_of_decodings_at_once_exactly_one_succeeds(tmp_path, store) -> None:
    settings = Settings() if store is None else Settings(store=store.format(tmp_path))
    app = create_app(settings)
    visit = Visit(found := app.worlds.find("default"), "national", found.now_ms())
    phone = next(
        person.phone
        for person in map(found.people.at, range(0, 10**6, 1000))
        if accounts.read(visit, person.phone).account is not None
    )
    session = OpenSession(phone, "s", accounts.read(visit, phone).account)
    token = e_credentials.issue(visit, session).token
    barrier = Barrier(THREADS)

    def decode(_number):
        barrier.wait(timeout=30)
        try:
            return e_credentials.decode(visit, token).phone
        except ECredentialUsedError as error:
            return error.code

    with ThreadPoolExecutor(THREADS) as pool:
        found_out = list(pool.map(decode, range(THREADS), timeout=60))
    assert sorted(found_out) == [phone] + ["e_credential.used"] * (THREADS - 1)
