"""Codes: detection of errors, and what scanners really send."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.codes import (
    ALPHABET,
    BODY_LENGTH,
    LENGTH,
    CodeError,
    MalformedCode,
    WrongCheckSymbol,
    compute_check_symbol,
    group_code,
    make_code,
    normalise_code,
)

CODE = "7KQ2MPX9RTA" + compute_check_symbol("7KQ2MPX9RTA")
SYMBOLS = st.sampled_from(ALPHABET)
BODIES = st.text(SYMBOLS, min_size=BODY_LENGTH, max_size=BODY_LENGTH)


@st.composite
def codes(draw: st.DrawFn) -> str:
    body = draw(BODIES)
    return body + compute_check_symbol(body)


def test_alphabet_is_prime_and_without_look_alikes():
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert all(31 % n for n in range(2, 31))
    assert not set("01ILO") & set(ALPHABET)


def test_code_has_at_least_fifty_random_bits():
    assert BODY_LENGTH * math.log2(len(ALPHABET)) >= 50


def test_made_codes_are_valid_and_differ():
    made = {make_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(normalise_code(code) == code for code in made)


@given(codes(), st.integers(0, LENGTH - 1), SYMBOLS)
def test_every_single_substitution_is_detected(code, place, symbol):
    wrong = code[:place] + symbol + code[place + 1 :]
    if wrong == code:
        assert normalise_code(wrong) == code
    else:
        with pytest.raises(WrongCheckSymbol):
            normalise_code(wrong)


@given(codes(), st.integers(0, LENGTH - 2))
def test_every_adjacent_transposition_is_detected(code, place):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong == code:
        assert normalise_code(wrong) == code
    else:
        with pytest.raises(WrongCheckSymbol):
            normalise_code(wrong)


@given(codes(), st.data())
def test_every_exchange_of_two_symbols_is_detected(code, data):
    first, second = data.draw(
        st.lists(st.integers(0, LENGTH - 1), min_size=2, max_size=2, unique=True)
    )
    wrong = list(code)
    wrong[first], wrong[second] = wrong[second], wrong[first]
    if "".join(wrong) != code:
        with pytest.raises(WrongCheckSymbol):
            normalise_code("".join(wrong))


@given(st.text(max_size=60))
def test_any_text_gives_a_code_or_a_code_error(raw):
    with contextlib.suppress(CodeError):
        code = normalise_code(raw)
        assert normalise_code(code) == code


@given(codes())
def test_printed_groups_read_back(code):
    assert group_code(code).count(" ") == 2
    assert normalise_code(group_code(code)) == code


@pytest.mark.parametrize(
    "raw",
    [
        CODE,
        CODE.lower(),
        f"  {CODE}\r\n",
        f"{CODE}\x00",
        f"\ufeff{CODE}\t",
        f"{CODE[:4]}-{CODE[4:8]}-{CODE[8:]}",
        f"{CODE[:4]} {CODE[4:8]} {CODE[8:]}",
        f"{CODE[:4]}—{CODE[4:8]}—{CODE[8:]}",
        f"HTTPS://JZ.EXAMPLE.CN/T/{CODE}",
        f"https://jz.example.cn/t/{CODE.lower()}",
        f"Http://localhost:8000/T/{CODE}\r",
        f"https://other.example.org/T/{CODE}/",
        f"https://jz.example.cn/T/{CODE}?from=singlemessage#top",
        f"jz.example.cn/T/{CODE}",
        f"]Q1HTTPS://JZ.EXAMPLE.CN/T/{CODE}",
        f"]Q3{CODE}",
        "".join(chr(ord(c) + 0xFEE0) for c in f"HTTPS://JZ.EXAMPLE.CN/T/{CODE}"),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE.lower()) + "\u3000",
        f"https://jz.example.cn/T/{CODE[:4]}-{CODE[4:8]}-{CODE[8:]}",
    ],
)
def test_what_scanners_send_is_read(raw):
    assert normalise_code(raw) == CODE


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " \r\n",
        CODE[:-1],
        CODE + "A",
        CODE * 2,
        f"https://jz.example.cn/{CODE}",
        f"https://jz.example.cn/X/T/{CODE}",
        f"https://jz.example.cn/T/{CODE}/edit",
        f"https://jz.example.cn/T/{CODE}%0D",
        f"ftp://jz.example.cn/T/{CODE}",
        f"javascript://x/T/{CODE}",
        f"https://user@jz.example.cn/T/{CODE}",
        f"/T/{CODE}",
        "0" + CODE[1:],
        "O" + CODE[1:],
        "ſ" + CODE[1:],
        "\u212a" + CODE[1:],
        "Ⅹ" + CODE[1:],
        "6901234567892",
        "A" * 100_000,
        "\ud800",
    ],
)
def test_other_text_is_malformed(raw):
    with pytest.raises(MalformedCode):
        normalise_code(raw)


@pytest.mark.parametrize(
    ("written", "meant"), [("0", "Q"), ("O", "Q"), ("1", "T"), ("I", "J"), ("L", "E")]
)
def test_look_alikes_are_refused_not_guessed(written, meant):
    body = meant + "KQ2MPX9RTA"
    with pytest.raises(MalformedCode):
        normalise_code(written + body[1:] + compute_check_symbol(body))
