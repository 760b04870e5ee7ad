"""Whose staff hear of a fact: those of the place of the unit or the tag, else the sender's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rest_framework.serializers import ValidationError

from backend.accounts.models import User
from backend.fieldwork.shapes import UnitId
from backend.units.models import Unit
from tagging.codes import CodeError, normalise
from tagging.models import Tag


def region_of(sender: User, body: Any) -> str | None:
    """The code of the region of what ``body`` speaks of, read before anything of it is checked.

    None only where neither says one: such facts are the province's.
    """
    told = body if isinstance(body, Mapping) else {}
    named = code_in(told.get("tag_code")) or code_in(told.get("raw"))
    return _of_unit(unit_in(told)) or region_of_tag(tag_of(named)) or sender.region_id


def region_of_tag(tag: Tag | None) -> str | None:
    """Where the unit is on which the tag hangs or hung; else for whom it was minted."""
    if tag is None:
        return None
    binding = getattr(tag, "binding", None)
    return tag.batch.region_id if binding is None else binding.unit.region_id


def tag_of(code: str) -> Tag | None:
    """The tag, with what ``region_of_tag`` reads."""
    rows = Tag.objects.select_related("binding__unit", "batch")
    return rows.filter(pk=code).first() if code else None


def code_in(text: Any) -> str:
    """The tag code that ``text`` writes; empty where it writes none."""
    try:
        return normalise(text) if isinstance(text, str) else ""
    except CodeError:
        return ""


def unit_in(body: Any) -> int | None:
    """The unit that ``body`` names, read as a report's is."""
    told = body if isinstance(body, Mapping) else {}
    try:
        return cast("int", UnitId().run_validation(told.get("unit")))
    except ValidationError:
        return None


def _of_unit(unit: int | None) -> str | None:
    if unit is None:
        return None
    return Unit.objects.filter(pk=unit).values_list("region_id", flat=True).first()
