"""Stars out in a text whatever tells who the reporter is."""

from __future__ import annotations

import re

from backend.hotline.sealed_identity import Identity
from backend.lib.identifiers.masking import mask_name, mask_phone, mask_resident_id

_SHORTEST = 2
"""Characters of a name or address below which it is not looked for: a single one stands in every text."""


def redact(text: str, identity: Identity) -> str:
    """``text`` with the reporter's name, phone, identity number and address starred out, in whatever way the digits are parted."""
    for name in (identity.name, identity.agent):
        if len(name) >= _SHORTEST:
            text = _replace_ignoring_spaces(text, name, mask_name(name))
    if len(identity.address) >= _SHORTEST:
        text = _replace_ignoring_spaces(text, identity.address, "*" * len(identity.address))
    digits = "".join(filter(str.isdigit, identity.phone))
    if digits:
        text = _replace_ignoring_spaces(text, digits, mask_phone(digits))
    if identity.resident_id:
        text = _replace_ignoring_spaces(
            text, identity.resident_id, mask_resident_id(identity.resident_id)
        )
    return text


def _replace_ignoring_spaces(text: str, wanted: str, stars: str) -> str:
    parts = (re.escape(letter) for letter in wanted if not letter.isspace())
    return re.sub(r"[\s\-－·]*".join(parts), stars, text, flags=re.IGNORECASE)
