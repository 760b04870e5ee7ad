"""Which office gets a matter, and whether it may."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.flows.definition import Flow, Line, Where
from backend.flows.moves import Facts, LineOf
from backend.lib.problems import Refused


def next_offices(
    where: Where, offices: list[int], first: int, chosen: int | None, line_of: LineOf
) -> list[int]:
    """The offices on the way of the matter, when the next one is that of ``where``.

    ``chosen`` is the one that the decision chose, or that a fact names.

    Refuses (422) where no such office stands in the tree, or none was chosen.
    """
    if where is Where.OWN:
        return list(offices)
    if where is Where.FIRST:
        return [first]
    if where is Where.SENDER:
        return offices[:-1] or list(offices)
    if where in (Where.CHOSEN, Where.NAMED):
        return _send_down(offices, _require_office(chosen))
    if where is Where.SUPERIOR:
        superior = next(iter(line_of(offices[-1])[-2:-1]), None)
    else:
        superior = _common_superior(line_of(offices[-1]), line_of(_require_office(chosen)))
    return _send_up(offices, line_of(_require_office(superior)))


def _require_office(office: int | None) -> int:
    if office is None:
        detail = _("There is no office to which this could go.")
        raise Refused("no-such-office", detail, field="office")
    return office


def _send_down(offices: list[int], office: int) -> list[int]:
    if office in offices:
        return offices[: offices.index(office) + 1]
    return [*offices, office]


def _send_up(offices: list[int], line: tuple[int, ...]) -> list[int]:
    """Only those above the new one stay on the way: nobody else reviews what it does."""
    return [*(office for office in offices if office in line[:-1]), line[-1]]


def _common_superior(one: tuple[int, ...], other: tuple[int, ...]) -> int | None:
    """The lowest office strictly above both."""
    common = None
    for above_one, above_other in zip(one[:-1], other[:-1], strict=False):
        if above_one != above_other:
            break
        common = above_one
    return common


def is_so_in_line(line: Line, office: int, seen_from: int, line_of: LineOf) -> bool:
    """Whether an office stands so, seen from another."""
    if office == seen_from:
        return False
    if line is Line.BELOW:
        return seen_from in line_of(office)
    if line is Line.ABOVE:
        return office in line_of(seen_from)
    return True


def is_barred(flow: Flow, office: int, facts: Facts, line_of: LineOf) -> bool:
    """Whether the matter must not reach an office: it is about this one or one above it (rule 23)."""
    barred = facts.get(flow.barred) if flow.barred else None
    return barred is not None and barred in line_of(office)


def refuse_barred(flow: Flow, office: int, facts: Facts, line_of: LineOf) -> None:
    """Refuses (422) an office that the matter must not reach."""
    if is_barred(flow, office, facts, line_of):
        raise Refused(
            "office-barred",
            _("The matter is about this office or one above it. Choose another line of offices."),
            field="office",
        )
