"""From what a scanner sent to what it means. Reading only: log the scan first."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.units.models import Unit
from tagging.codes import CheckFailed, MalformedCode, normalise
from tagging.models import Tag


class Kind(enum.StrEnum):
    """What a scanned text turned out to be."""

    UNIT = "unit"
    VOID = "void"
    UNBOUND = "unbound"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Resolution:
    """The meaning of a scan. ``unit`` is there for kind UNIT only: a void tag shows no unit."""

    kind: Kind
    code: str | None
    tag: Tag | None
    unit: Unit | None
    message: str
    """What to tell the person who scanned."""


def resolve(raw: str) -> Resolution:
    """What ``raw`` means, in one query. A misread code is MALFORMED, never somebody else's tag."""
    try:
        code = normalise(raw)
    except MalformedCode:
        return Resolution(
            Kind.MALFORMED, None, None, None, _("This is not a tag of special equipment.")
        )
    except CheckFailed:
        text = _("The tag code was misread or mistyped. Scan it again or compare each letter.")
        return Resolution(Kind.MALFORMED, None, None, None, text)
    tag = Tag.objects.with_unit().filter(code=code).first()
    if tag is None:
        text = _("This code was never issued. The label may be forged; call 12315.")
        return Resolution(Kind.UNKNOWN, code, None, None, text)
    return _of_tag(tag)


def _of_tag(tag: Tag) -> Resolution:
    if tag.void:
        text = _("This tag is void. It no longer belongs to any unit.")
        return Resolution(Kind.VOID, tag.code, tag, None, text)
    if tag.bound is None:
        text = _("This tag has not been put on a unit yet.")
        return Resolution(Kind.UNBOUND, tag.code, tag, None, text)
    return Resolution(Kind.UNIT, tag.code, tag, tag.bound.unit, "")
