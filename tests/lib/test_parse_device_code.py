"""Device code and certificate number: two fields, two grammars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lib.identifiers import certificate, device_code
from tests.lib.taking import accepts


@pytest.mark.parametrize(
    ("text", "maker", "division", "year", "serial"),
    [
        ("31103700120190098", "37001", None, 2019, "0098"),
        ("311037001201900098", "37001", None, 2019, "00098"),
        ("215010890201400098", "10890", None, 2014, "00098"),
        ("311037010220190098", None, "370102", 2019, "0098"),
        ("3110370102201900098", None, "370102", 2019, "00098"),
        ("4A0037001 2019 A000", "37001", None, 2019, "A000"),
    ],
)
def test_rule_03_device_codes_of_17_18_and_19_characters_are_taken_apart(
    text, maker, division, year, serial
):
    code = device_code.parse(text)
    assert (code.maker, code.division, code.year, code.serial) == (maker, division, year, serial)


def test_rule_01_the_base_of_a_device_code_is_a_string_and_may_hold_letters():
    assert device_code.parse("4D0037001201900098"[:18]).base == "4D00"
    assert device_code.parse("6A0037001201900098").base == "6A00"


@given(
    base=st.from_regex(r"[1-689][0-9A-Z]{2}0", fullmatch=True),
    who=st.from_regex(r"[0-9]{5,6}", fullmatch=True),
    year=st.integers(1900, 2099),
    serial=st.from_regex(r"[0-9A-Z][0-9]{3,4}", fullmatch=True),
)
def test_every_composed_device_code_reads_back_as_composed(base, who, year, serial):
    code = device_code.parse(f"{base}{who}{year}{serial}")
    assert (code.base, code.maker or code.division, code.year, code.serial) == (
        base,
        who,
        year,
        serial,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3110370012019009",
        "31103700120190009800",
        "71103700120190098",
        "31153700120190098",
        "31103700118190098",
        "3110３７00120190O98",
    ],
)
def test_a_wrong_device_code_is_refused_with_reason_and_remedy(text):
    with pytest.raises(device_code.InvalidDeviceCode) as caught:
        device_code.parse(text)
    assert str(caught.value.reason)
    assert str(caught.value.remedy)
    assert isinstance(caught.value, ValueError)


def test_rule_03_no_two_of_the_three_numbers_are_mistaken_for_each_other():
    device, registration, paper = "311037001201900098", "31103506002016053337", "梯11闽E3622(16)"
    parsers = (device_code.parse, certificate.parse)
    taken = [[accepts(parse, text) for parse in parsers] for text in (device, registration, paper)]
    assert taken == [[True, False], [False, False], [False, True]]
