"""Numbers of legal entities and people, their telephones, and how they are hidden."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lib.identifiers import masking, phones, resident_id, uscc
from tests.lib.taking import accepts

REAL_CODES = [
    "9144030071526726XG",
    "914403001922038216",
    "91110000802100433B",
    "91110000710925462X",
    "91370200264574251E",
    "12100000400000624D",
    "91442000MA54CLEJ79",
]


@pytest.mark.parametrize("text", REAL_CODES)
def test_published_credit_codes_pass_both_checks(text):
    assert uscc.parse(text).text == text


@pytest.mark.parametrize("text", REAL_CODES)
@pytest.mark.parametrize("place", range(18))
def test_one_changed_character_is_always_noticed(text, place):
    other = "1" if text[place] != "1" else "2"
    assert not accepts(uscc.parse, text[:place] + other + text[place + 1 :])


def test_a_right_outer_check_over_a_wrong_organisation_code_is_refused():
    seventeen = "91370200264574252"
    outer = next(c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if _fits(seventeen + c))
    with pytest.raises(uscc.InvalidCreditCode, match=r"9"):
        uscc.parse(seventeen + outer)


def _fits(text: str) -> bool:
    weights = [pow(3, place, 31) for place in range(17)]
    values = ["0123456789ABCDEFGHJKLMNPQRTUWXY".index(char) for char in text]
    total = sum(value * weight for value, weight in zip(values, weights, strict=False))
    return (total + values[17]) % 31 == 0


@given(st.from_regex(r"(?:9[1-3]|N2|12)37[0-9]{4}[0-9A-HJ-NPQRTUWXY]{8}", fullmatch=True))
def test_composed_credit_codes_pass_also_of_departments_with_a_letter(body):
    assert uscc.parse(uscc.compose_code(body)).text[:16] == body


@pytest.mark.parametrize(
    "text", ["", "9137020026457425", "91370200264574251I", "O1370200264574251E"]
)
def test_a_credit_code_of_wrong_shape_is_refused(text):
    assert not accepts(uscc.parse, text)


@pytest.mark.parametrize("text", ["11010519491231002X", "11010519491231002x", "440524188001010014"])
def test_identity_numbers_of_the_standard_pass(text):
    assert resident_id.parse(text).text == text.upper()


def test_a_15_digit_identity_number_is_raised_to_18():
    found = resident_id.parse("110105491231002")
    assert found.text == "11010519491231002X"
    assert found.born == dt.date(1949, 12, 31)
    assert not found.male


def test_an_identity_number_with_an_impossible_birth_date_is_refused():
    for birth in ("20230229", "19491301", "20991231", "17000101"):
        body = f"110105{birth}002"
        with pytest.raises(resident_id.InvalidResidentId):
            resident_id.parse(body + resident_id.check_digit(body))


@pytest.mark.parametrize(
    "text", ["110105194912310021", "1101051949123100", "01010519491231002X", "X"]
)
def test_a_wrong_identity_number_is_refused(text):
    assert not accepts(resident_id.parse, text)


@pytest.mark.parametrize(
    ("text", "stored", "kind"),
    [
        ("13812341234", "13812341234", "mobile"),
        ("+86 138-1234-1234", "13812341234", "mobile"),
        ("008613812341234", "13812341234", "mobile"),
        ("8613812341234", "13812341234", "mobile"),
        ("053188888888", "0531-88888888", "landline"),
        ("0531-88888888-123", "0531-88888888-123", "landline"),
        ("（0531）88888888转8001", "0531-88888888-8001", "landline"),
        ("+86 531 88888888", "0531-88888888", "landline"),
        ("010-65881234", "010-65881234", "landline"),
        ("0543-3361234", "0543-3361234", "landline"),
        ("400-612-3123", "4006123123", "service"),
        ("12365", "12365", "short"),
        ("12315", "12315", "short"),
        ("96333", "96333", "short"),
        ("119", "119", "short"),
    ],
)
def test_telephone_numbers_are_stored_in_one_form(text, stored, kind):
    assert phones.parse(text) == phones.Phone(stored, phones.PhoneKind(kind))


@pytest.mark.parametrize(
    "text", ["", "12345678", "12812341234", "0531-888", "88888888", "abc", "999999999999"]
)
def test_a_wrong_telephone_number_is_refused(text):
    assert not accepts(phones.parse, text)


def test_personal_data_is_masked_by_rule():
    assert masking.mask_name("张三") == "张*"
    assert masking.mask_name("张三丰") == "张**"
    assert masking.mask_name("欧阳修") == "欧阳*"
    assert masking.mask_name("张") == "*"
    assert masking.mask_resident_id("11010519491231002X") == "110***********002X"
    assert masking.mask_phone("13812341234") == "138****1234"
    assert masking.mask_phone("0531-88881234-55") == "0531-****1234"
    assert masking.mask_phone("12365") == "*****"


@given(st.text(st.characters(exclude_characters="*"), min_size=1, max_size=30))
def test_a_mask_never_gives_back_the_whole(text):
    masked = masking.mask_name(text)
    assert masked != text
    assert set(masked[2:]) <= {"*"}
    assert masked.endswith("*") or not masked
