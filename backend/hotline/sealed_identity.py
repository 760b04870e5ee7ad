"""Encrypts who told the hotline something, by keys that lie outside the database.

The library is ``cryptography``; its Fernet tokens are AES-128 with an HMAC. Several keys may stand in
``REPORTER_KEYS``: the first encrypts, all decrypt, so that a key can be changed without a stop.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from tagging.codes import ALPHABET

ANSWER_CODE_LENGTH = 10
"""Symbols of 31, which are tried through a limit of tries."""


@dataclass(frozen=True)
class Identity:
    """Who told it, and what he told in his own words; an empty text where he did not say."""

    name: str = ""
    sex: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    resident_id: str = ""
    agent: str = ""
    """Who speaks for him, with a power of attorney."""
    account: str = ""
    """The account as it was told, where it names him; else empty."""
    demand: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of him."""
        return not any(asdict(self).values())


NOBODY = Identity()
"""Who gave neither name nor phone."""


def encrypt_identity(identity: Identity, matter: int) -> bytes:
    """The sealed identity of the reporter of ``matter``; it opens for that matter alone."""
    text = json.dumps({"matter": matter} | asdict(identity), ensure_ascii=False)
    return _make_keyring(tuple(settings.REPORTER_KEYS)).encrypt(text.encode())


def decrypt_identity(sealed: bytes, matter: int) -> Identity:
    """Who is sealed in it; raises Refused (409) where no key of ours opens it for this matter."""
    try:
        told = json.loads(_make_keyring(tuple(settings.REPORTER_KEYS)).decrypt(sealed))
    except InvalidToken:
        raise _sealed_refusal() from None
    if told.pop("matter") != matter:
        raise _sealed_refusal()
    return Identity(**told)


def digest_phone(phone: str) -> str:
    """The same for the same number; nobody turns it back into the number without the key."""
    return _digest_text(f"phone:{phone}")


def answer_code(number: str) -> str:
    """The code by which a citizen follows the matter of this number; made by the key, kept nowhere."""
    symbols = bytes.fromhex(_digest_text(f"answer:{number}"))[:ANSWER_CODE_LENGTH]
    return "".join(ALPHABET[symbol % len(ALPHABET)] for symbol in symbols)


def _digest_text(text: str) -> str:
    return hmac.new(
        settings.REPORTER_DIGEST_KEY.encode(), text.encode(), hashlib.sha256
    ).hexdigest()


@functools.lru_cache(maxsize=4)
def _make_keyring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _sealed_refusal() -> Refused:
    detail = _("No key opens this identity. Ask the operator for the key of its time.")
    return Refused("identity-sealed", detail, status=409)
