"""The e-credential over HTTP: shown by a person, read by a scanner, decoded by an institution."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader


@pytest.fixture
def person(world):
    return next(each for each in world.people() if each["registered"]["local"])


@pytest.fixture
def local(world, person):
    return world.local(person["region"])


@pytest.fixture
def token(local, person):
    return local.sign_in(person)


def credential(local, token):
    return local.ask("GET", "/e-credential", token=token).data


def decode(local, text):
    return local.ask("POST", "/e-credentials/decode", {"token": text})


def test_token_lasts_a_minute_and_is_used_once(local, person, token) -> None:
    shown = credential(local, token)
    assert (len(shown["token"]), shown["expires_in"]) == (28, 60)
    found = decode(local, shown["token"]).data
    assert found["psn_no"] == person["psn_no"]
    assert found["region"] == person["region"]
    assert len(found["ec_token"]) == 40
    again = decode(local, shown["token"])
    assert (again.status, again.code) == (409, "e_credential.used")
    late = credential(local, token)["token"]
    local.advance(seconds=60)
    assert decode(local, late).code == "e_credential.expired"
    assert decode(local, "1" * 28).code == "e_credential.unknown"


def test_answers_never_show_an_identifier_in_full(local, person, token) -> None:
    shown = credential(local, token)
    answer = decode(local, shown["token"])
    for told in (str(shown), answer.response.get_data(as_text=True)):
        for secret in ("id_number", "phone", "card_number", "name"):
            assert person[secret] not in told


def test_reader_reads_the_token_from_the_picture_behind_the_link(world, local, token) -> None:
    shown = credential(local, token)
    picture = world.client.get(shown["png"])
    assert picture.content_type == "image/png"
    codes = zxingcpp.read_barcodes(Image.open(BytesIO(picture.data)))
    assert [code.text for code in codes] == [shown["token"]]
    drawing = world.client.get(shown["svg"])
    assert drawing.content_type == "image/svg+xml"
    assert drawing.data.lstrip().startswith(b"<")


def test_page_to_print_is_one_page_of_chinese(world, local, person, token) -> None:
    document = PdfReader(BytesIO(world.client.get(credential(local, token)["pdf"]).data))
    assert len(document.pages) == 1
    text = document.pages[0].extract_text()
    assert "医保电子凭证" in text
    assert person["id_number"] not in text


def test_links_end_with_the_token(world, local, token) -> None:
    shown = credential(local, token)
    local.advance(seconds=61)
    for kind in ("svg", "png", "pdf"):
        assert world.client.get(shown[kind]).status_code == 410
    assert local.ask("GET", "/e-credential.svg?token=x").code == "e_credential.unknown"


def test_credential_wants_a_session_and_a_verified_name(world) -> None:
    person = next(each for each in world.people() if not each["registered"]["local"])
    local = world.local(person["region"])
    assert local.ask("GET", "/e-credential").status == 401
    token = local.register(person)
    assert local.ask("GET", "/e-credential", token=token).code == "real_name.required"


def test_policy_sets_the_lifetime_and_whether_a_token_can_be_used_again(local, token) -> None:
    local.set_policy({"e_credential": {"lifetime_s": 300, "single_use": False}})
    shown = credential(local, token)
    assert shown["expires_in"] == 300
    local.advance(seconds=299)
    assert decode(local, shown["token"]).data == decode(local, shown["token"]).data
    local.advance(seconds=1)
    assert decode(local, shown["token"]).status == 410


def test_journal_does_not_keep_a_token(local, token) -> None:
    shown = credential(local, token)
    _ = local.ask("GET", f"/e-credential.svg?token={shown['token']}")
    _ = decode(local, shown["token"])
    assert shown["token"] not in str(local.control("GET", "/journal").data)
