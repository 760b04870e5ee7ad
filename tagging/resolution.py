"""The meaning of what a scanner sent. Reading only: log the scan first."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from backend.units.models import Unit
from tagging.codes import MalformedCode, WrongCheckSymbol, normalise_code
from tagging.hosts import foreign_host
from tagging.models import Binding, Tag


class ResolutionKind(enum.StrEnum):
    """What a scanned text turned out to be."""

    UNIT = "unit"
    VOID = "void"
    UNBOUND = "unbound"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Resolution:
    """The meaning of a scan. Only of kind UNIT does it lead to a unit: a void tag shows none."""

    kind: ResolutionKind
    code: str | None
    tag: Tag | None
    message: str
    """What to tell the person who scanned."""
    foreign_host: str = ""
    """The host of the scanned address, when it is not ours though the code is true."""

    @property
    def unit(self) -> Unit | None:
        """The unit, read now when the tag was read without it."""
        bound = self._binding
        return bound.unit if bound else None

    @property
    def unit_id(self) -> int | None:
        """The unit's id, at no cost."""
        bound = self._binding
        return bound.unit_id if bound else None

    @property
    def warning(self) -> str:
        """What to tell besides: that the label may be forged; empty when it leads to us."""
        if not self.foreign_host:
            return ""
        text = _(
            "The code is true, but the label leads to %(host)s and not to us. It may be forged:"
            " compare the unit with what is shown here; call 12315."
        )
        return text % {"host": self.foreign_host}

    @property
    def _binding(self) -> Binding | None:
        return self.tag.binding_in_force if self.tag and self.kind is ResolutionKind.UNIT else None


def find_tag(code: str) -> Tag | None:
    """The tag of a code with its unit, if it was ever made."""
    return Tag.objects.with_unit().filter(code=code).first()


def resolve_scan(raw: str, *, find: Callable[[str], Tag | None] = find_tag) -> Resolution:
    """What ``raw`` means, in one query. A misread code is MALFORMED, never somebody else's tag.

    ``find`` reads the tag with its binding, for a caller who reads more with it.
    """
    try:
        code = normalise_code(raw)
    except MalformedCode:
        text = _("This is not a tag of special equipment.")
        return Resolution(ResolutionKind.MALFORMED, None, None, text)
    except WrongCheckSymbol:
        text = _("The tag code was misread or mistyped. Scan it again or compare each letter.")
        return Resolution(ResolutionKind.MALFORMED, None, None, text)
    tag = find(code)
    if tag is None:
        text = _("This code was never issued. The label may be forged; call 12315.")
        return Resolution(ResolutionKind.UNKNOWN, code, None, text)
    return replace(_resolve_tag(tag), foreign_host=foreign_host(raw))


def _resolve_tag(tag: Tag) -> Resolution:
    if tag.is_void:
        text = _("This tag is void. It no longer belongs to any unit.")
        return Resolution(ResolutionKind.VOID, tag.code, tag, text)
    if tag.binding_in_force is None:
        text = _("This tag has not been put on a unit yet.")
        return Resolution(ResolutionKind.UNBOUND, tag.code, tag, text)
    return Resolution(ResolutionKind.UNIT, tag.code, tag, "")
