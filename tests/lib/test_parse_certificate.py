"""The number of a use-registration certificate."""

from __future__ import annotations

import pytest

from backend.lib.identifiers import certificate


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("车11粤T07755(22)", ("车", "11", "粤", "T", "07755", 2022, "5000")),
        ("梯11闽E3622（16）", ("梯", "11", "闽", "E", "3622", 2016, "3000")),
        ("梯11闽E4165(16)", ("梯", "11", "闽", "E", "4165", 2016, "3000")),
        (" 梯11闽e4165〔16〕 ", ("梯", "11", "闽", "E", "4165", 2016, "3000")),
    ],
)
def test_rule_04_numbers_parse_with_either_brackets_and_either_serial_length(text, parts):
    found = certificate.parse(text)
    assert parts == (
        found.kind,
        found.digits,
        found.province,
        found.city,
        found.serial,
        found.year,
        found.catalogue_kind,
    )


def test_rule_04_brackets_are_stored_half_width_and_printed_as_asked():
    found = certificate.parse("梯11闽E3622（16）")
    assert str(found) == "梯11闽E3622(16)"
    assert found.format_number(full_width=True) == "梯11闽E3622（16）"


def test_rule_04_digits_that_disagree_with_the_variety_warn_and_do_not_crash():
    found = certificate.parse("梯11闽E3622(16)")
    assert found.kind_warning("3110") is None
    assert "3310" in str(found.kind_warning("3310"))
    assert found.kind_warning("") is not None


@pytest.mark.parametrize(
    "text",
    ["", "梯11闽E362(16)", "梯11闽E3622", "猫11闽E3622(16)", "梯11门E3622(16)", "梯1闽E3622(16)"],
)
def test_a_wrong_certificate_number_is_refused_with_an_example(text):
    with pytest.raises(certificate.InvalidCertificateNumber) as caught:
        certificate.parse(text)
    assert "梯11鲁A3622(16)" in str(caught.value)


def test_the_grammar_is_data_that_can_be_replaced():
    grammar = certificate.Grammar({"泵": "2000"}, provinces="鲁", serial_lengths=(6, 6))
    assert certificate.parse("泵15鲁A000001(26)", grammar=grammar).catalogue_kind == "2000"


def test_every_registered_kind_has_a_character():
    kinds = set(certificate.default_grammar().kinds.values())
    assert kinds == {"1000", "2000", "2300", "3000", "4000", "5000", "6000", "8000", "9000"}


@pytest.mark.parametrize(
    ("variety", "char"),
    [("1100", "锅"), ("2150", "容"), ("2310", "瓶"), ("3110", "梯"), ("4110", "起"),
     ("5110", "车"), ("6100", "游"), ("8310", "管"), ("9110", "索"), ("7310", None)],
)  # fmt: skip
def test_each_variety_has_the_character_of_its_kind(variety, char):
    assert certificate.kind_character(variety) == char
