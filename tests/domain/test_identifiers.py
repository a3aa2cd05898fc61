import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import identifiers as ids

BIRTHS = st.dates().map(lambda day: day.toordinal())
ID_VECTORS = ["110101199003078881", "330113200102030017"]
USCC_VECTORS = ["12110000400688641H", "91110000600037341L"]


@pytest.mark.parametrize("number", ID_VECTORS)
def test_published_id_vectors_are_valid(number: str) -> None:
    assert ids.is_id_number(number)
    assert ids.id_check_character(number[:17]) == number[17]


@given(st.integers(100_000, 999_999), BIRTHS, st.integers(0, 999))
def test_an_id_number_says_what_it_was_made_of(county: int, birth: int, sequence: int) -> None:
    number = ids.make_id_number(str(county), birth, sequence)
    parsed = ids.parse_id_number(number)
    assert parsed == ids.IdNumber(str(county), birth, sequence)
    assert parsed.is_male == (sequence % 2 == 1)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: int, sequence: int, at: int, by: int) -> None:
    number = ids.make_id_number("110199", birth, sequence)
    # ISO 7064 catches every single substitution; the check character itself counts up to X.
    alphabet = "0123456789X" if at == 17 else "0123456789"
    wrong = alphabet[(alphabet.index(number[at]) + by) % len(alphabet)]
    assert not ids.is_id_number(number[:at] + wrong + number[at + 1 :])


def test_lower_case_x_is_accepted_in_id_numbers() -> None:
    number = next(
        made
        for sequence in range(1000)
        if (made := ids.make_id_number("110199", 728_000, sequence)).endswith("X")
    )
    assert ids.parse_id_number(number.lower()) == ids.parse_id_number(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010119900307888",
        "1101011990030788811",
        "110101199002300012",
        "010101199003078881",
        "１10101199003078881",
        "11010119900307888\n",
        "110101900307888",
    ],
)
def test_malformed_id_numbers_are_refused(text: str) -> None:
    assert not ids.is_id_number(text)


def test_a_day_that_does_not_exist_is_refused_though_the_check_character_fits() -> None:
    first_17 = "11010119900230001"
    assert not ids.is_id_number(first_17 + ids.id_check_character(first_17))


@pytest.mark.parametrize("code", USCC_VECTORS)
def test_published_credit_codes_are_valid(code: str) -> None:
    assert ids.is_uscc(code)
    assert ids.uscc_check_character(code[:17]) == code[17]
    assert ids.organisation_code_check_character(code[8:16]) == code[16]


@given(st.sampled_from(USCC_VECTORS), st.integers(0, 17), st.integers(1, 30))
def test_one_wrong_character_of_a_credit_code_is_always_noticed(
    code: str, at: int, by: int
) -> None:
    alphabet = ids.USCC_ALPHABET
    wrong = alphabet[(alphabet.index(code[at]) + by) % 31]
    assert not ids.is_uscc(code[:at] + wrong + code[at + 1 :])


@pytest.mark.parametrize(
    "code", ["", "9111000060003734", "91110000600037341I", "91110000600037341l"]
)
def test_malformed_credit_codes_are_refused(code: str) -> None:
    assert not ids.is_uscc(code)


def test_check_characters_of_what_is_no_code_are_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="17 characters"):
        ids.uscc_check_character("9111000060003734I")
    with pytest.raises(ValueError, match="8 digits or capitals"):
        ids.organisation_code_check_character("4006886")


@pytest.mark.parametrize(
    ("phone", "valid"),
    [
        ("13800001234", True),
        ("19999999999", True),
        ("12800001234", False),
        ("1380000123", False),
        ("138000012345", False),
        ("1380000123４", False),
        ("", False),
    ],
)
def test_mobile_numbers_are_told_by_their_shape(phone: str, valid: bool) -> None:
    assert ids.is_phone(phone) is valid


@pytest.mark.parametrize(
    ("card", "valid"),
    [
        ("A12345678", True),
        ("a12345678", False),
        ("A1234567", False),
        ("112345678", False),
    ],
)
def test_card_numbers_are_told_by_their_shape(card: str, valid: bool) -> None:
    assert ids.is_card_number(card) is valid


def test_masks_keep_what_the_interface_contract_says() -> None:
    assert ids.mask_id("110199199003078815") == "110199********8815"
    assert ids.mask_id("11019919900307881X") == "110199********881X"
    assert ids.mask_phone("13812341234") == "138****1234"
    assert ids.mask_card("A12345678") == "A12****78"
    assert [ids.mask_name(name) for name in ("", "王", "王明", "王小明", "欧阳小明")] == [
        "",
        "王",
        "王*",
        "王*明",
        "欧**明",
    ]


@given(
    st.text(max_size=40),
    st.sampled_from([(ids.mask_id, 18), (ids.mask_phone, 11), (ids.mask_card, 9)]),
)
def test_masking_what_has_another_length_shows_nothing(text: str, mask: tuple) -> None:
    function, length = mask
    if len(text) != length:
        assert function(text) == "*" * len(text)
