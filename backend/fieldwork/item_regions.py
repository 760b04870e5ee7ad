"""Whose staff hear of a fact: those of the place of the unit or the tag, else the sender's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rest_framework.serializers import ValidationError

from backend.accounts.models import User
from backend.fieldwork.serializers import UnitIdField
from backend.units.models import Unit
from tagging.codes import CodeError, normalise_code
from tagging.models import Tag


def find_region(sender: User, body: Any) -> str | None:
    """The code of the region of what ``body`` speaks of, read before anything of it is checked.

    None only where neither says one: such facts are the province's.
    """
    told = body if isinstance(body, Mapping) else {}
    named = parse_tag_code(told.get("tag_code")) or parse_tag_code(told.get("raw"))
    return (
        _find_unit_region(parse_unit_id(told))
        or find_tag_region(find_tag(named))
        or sender.region_id
    )


def find_tag_region(tag: Tag | None) -> str | None:
    """The region of the unit on which the tag hangs or hung; else of those for whom it was minted."""
    if tag is None:
        return None
    binding = getattr(tag, "binding", None)
    return tag.batch.region_id if binding is None else binding.unit.region_id


def find_tag(code: str) -> Tag | None:
    """The tag, with what ``find_tag_region`` reads."""
    rows = Tag.objects.select_related("binding__unit", "batch")
    return rows.filter(pk=code).first() if code else None


def parse_tag_code(text: Any) -> str:
    """The tag code that ``text`` writes; empty where it writes none."""
    try:
        return normalise_code(text) if isinstance(text, str) else ""
    except CodeError:
        return ""


def parse_unit_id(body: Any) -> int | None:
    """The unit that ``body`` names, read as a report's is."""
    told = body if isinstance(body, Mapping) else {}
    try:
        return cast("int", UnitIdField().run_validation(told.get("unit")))
    except ValidationError:
        return None


def _find_unit_region(unit: int | None) -> str | None:
    if unit is None:
        return None
    return Unit.objects.filter(pk=unit).values_list("region_id", flat=True).first()
