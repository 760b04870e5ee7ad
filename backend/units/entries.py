"""Entering a unit once, however often its form is sent."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from backend.accounts.models import User
from backend.repeats.refusals import key_reused_refusal
from backend.units.models import Unit, UnitEntry


def find_entered_unit(actor: User, client_id: uuid.UUID, digest: str) -> Unit | None:
    """The unit that ``actor`` entered under this key; None if there is none yet.

    Raises Refused (422) where the key came with other facts.
    """
    entries = UnitEntry.objects.filter(entered_by=actor, client_id=client_id)
    known = entries.select_related("unit__category", "unit__region").first()
    if known is None:
        return None
    if known.digest != digest:
        raise key_reused_refusal()
    return known.unit


def note_entry(actor: User, client_id: uuid.UUID, digest: str, unit: Unit) -> None:
    """Keep that ``unit`` was entered under this key; raises IntegrityError for a known one."""
    UnitEntry.objects.create(unit=unit, entered_by=actor, client_id=client_id, digest=digest)


def digest_of_facts(facts: Mapping[str, Any]) -> str:
    """SHA-256 of what a unit is entered with; rows stand by their keys."""
    text = json.dumps(facts, sort_keys=True, default=_plain_value)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain_value(value: Any) -> str:
    return str(value.pk if isinstance(value, Model) else value)
