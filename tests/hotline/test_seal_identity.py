"""A reporter's identity is sealed by keys outside the database, each for one matter."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.test import override_settings

from backend.hotline.sealed_identity import (
    Identity,
    answer_code,
    decrypt_identity,
    digest_phone,
    encrypt_identity,
)
from backend.lib.problems import Refused

WHO = Identity(name="张建国", phone="13812341234")


def test_nothing_of_it_stands_in_what_is_kept() -> None:
    sealed = encrypt_identity(WHO, 7)
    assert decrypt_identity(sealed, 7) == WHO
    for text in (WHO.name, WHO.phone):
        assert text.encode() not in sealed


def test_what_was_sealed_for_one_matter_opens_for_no_other() -> None:
    with pytest.raises(Refused) as refused:
        decrypt_identity(encrypt_identity(WHO, 7), 8)
    assert refused.value.code == "identity-sealed"


def test_a_new_key_seals_and_the_former_still_opens() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with override_settings(REPORTER_KEYS=[old]):
        sealed = encrypt_identity(WHO, 7)
    with override_settings(REPORTER_KEYS=[new, old]):
        assert decrypt_identity(sealed, 7) == WHO
        sealed_anew = encrypt_identity(WHO, 7)
    with override_settings(REPORTER_KEYS=[new]):
        assert decrypt_identity(sealed_anew, 7) == WHO
        with pytest.raises(Refused):
            decrypt_identity(sealed, 7)


def test_a_phone_is_known_again_only_with_the_key() -> None:
    digest = digest_phone(WHO.phone)
    assert digest == digest_phone(WHO.phone) != digest_phone("13812341235")
    with override_settings(REPORTER_DIGEST_KEY="x" * 32):
        assert digest_phone(WHO.phone) != digest


def test_each_number_has_a_code_of_its_own() -> None:
    codes = {answer_code(f"12365370102202611280{n:03d}") for n in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 10 for code in codes)
