"""What an inspection must fit before it is filed: its kind, its words, its dates and its notice."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.months import month_end
from backend.lib.problems import Refused
from backend.units.allowed_inspections import find_allowed_inspection
from backend.units.inspection_due import Due, starts_clocks
from backend.units.models import Conclusion, Inspection, Record, Unit
from backend.units.models.records import FAILED
from backend.units.state import Fold, State

_REPEATED = frozenset({Conclusion.REPASS, Conclusion.REFAIL})


def check_inspection(unit: Unit, record: Inspection, fold: Fold, history: Sequence[Record]) -> None:
    """Refuse what the inspector himself can see to be wrong. Raises Refused (422)."""
    if record.conclusion in FAILED and record.stated_next_on is not None:
        raise Refused(
            "failed-has-no-next-date",
            _("A failed inspection states no next date. Leave it empty."),
            field="stated_next_on",
        )
    _check_notice(record, history)
    _check_stated_date(unit, record, fold, history)


def list_unforeseen_refusals(
    unit: Unit, record: Inspection, state: State, history: Sequence[Record]
) -> Iterator[Refused]:
    """Yield the refusals that count at a desk, and are only flagged where somebody has been there and seen it.

    A failure is taken whenever it was found: only an early pass does not count.
    """
    yield from _list_misfits(unit, record, history)
    if record.conclusion in FAILED:
        return
    for due in state.dues:
        if due.clock == record.kind and due.opens_on and record.happened_on < due.opens_on:
            text = _("Too early for this clock: it opens on %(day)s.") % {"day": due.opens_on}
            opens = due.opens_on.isoformat()
            yield Refused("too-early", text, field="happened_on", opens_on=opens)
    notice = _open_notice(record, history)
    if notice is not None:
        text = _("Opinion notice %(number)s is unanswered: name it with the day of its answer.") % {
            "number": notice.opinion_notice_no
        }
        yield Refused("open-opinion-notice", text, field="opinion_answered_on")


def _list_misfits(unit: Unit, record: Inspection, history: Sequence[Record]) -> Iterator[Refused]:
    fit = find_allowed_inspection(unit.category_id, record.kind)
    if fit is None:
        text = _("Such a unit has no inspection of this kind.")
        yield Refused("kind-unfit", text, field="kind")
        return
    if record.conclusion not in fit.conclusions:
        words = ", ".join(str(each.label) for each in Conclusion if each in fit.conclusions)
        text = _("Such an inspection concludes with one of: %(words)s.") % {"words": words}
        yield Refused("conclusion-unfit", text, field="conclusion")
    if record.safety_grade is not None and not fit.grade:
        text = _("Such an inspection gives no safety grade.")
        yield Refused("grade-unfit", text, field="safety_grade")
    if record.conclusion in _REPEATED and _failed_inspection_repeated(record, history) is None:
        text = _("A re-inspection needs the failed inspection that it repeats.")
        yield Refused("repeats-nothing", text, field="conclusion", status=409)


def _failed_inspection_repeated(record: Inspection, history: Sequence[Record]) -> Inspection | None:
    """The failed inspection of the same kind that ``record`` repeats, if the last one failed."""
    same = [i for i in history if isinstance(i, Inspection) and i.kind == record.kind]
    return same[-1] if same and same[-1].conclusion in FAILED else None


def _check_notice(record: Inspection, history: Sequence[Record]) -> None:
    """Refuse an answer to a notice before it was given or in the future (domain reference 4.4)."""
    answered = record.opinion_answered_on
    if not record.opinion_notice_no:
        if answered is not None:
            text = _("Name the opinion notice that was answered.")
            raise Refused("no-opinion-notice", text, field="opinion_notice_no")
        return
    if answered is None and record.conclusion not in FAILED:
        raise Refused(
            "open-opinion-notice",
            _("A pass cannot be filed while the opinion notice is unanswered."),
            field="opinion_answered_on",
        )
    if answered is not None and answered > clock.today():
        text = _("The notice cannot have been answered on a day to come.")
        raise Refused("in-the-future", text, field="opinion_answered_on")
    given_on = min(
        (i.happened_on for i in _inspections_of_notice(record.opinion_notice_no, history)),
        default=record.happened_on,
    )
    if answered is not None and answered < given_on:
        text = _("The notice cannot be answered before it was given on %(day)s.")
        raise Refused("answered-too-early", text % {"day": given_on}, field="opinion_answered_on")


def _inspections_of_notice(number: str, history: Sequence[Record]) -> list[Inspection]:
    inspections = (i for i in history if isinstance(i, Inspection))
    return [i for i in inspections if i.opinion_notice_no == number]


def _open_notice(record: Inspection, history: Sequence[Record]) -> Inspection | None:
    """An earlier notice that nobody has answered, be it named in ``record`` or not."""
    noticed = [i for i in history if isinstance(i, Inspection) and i.opinion_notice_no]
    answered = {i.opinion_notice_no for i in noticed if i.opinion_answered_on}
    if record.opinion_answered_on:
        answered.add(record.opinion_notice_no)
    return next((i for i in noticed if i.opinion_notice_no not in answered), None)


def _check_stated_date(
    unit: Unit, record: Inspection, fold: Fold, history: Sequence[Record]
) -> None:
    """Refuse a stated date later than the rule allows (domain reference 4.1)."""
    stated = record.stated_next_on
    if stated is None:
        return
    if stated <= record.happened_on:
        text = _("The next inspection lies after this one.")
        raise Refused("stated-too-early", text, field="stated_next_on")
    allowed = allowed_clock(unit, record, fold, history)
    if allowed is not None and allowed.due_on and month_end(stated) > allowed.due_on:
        text = _("The interval of this inspection allows no later date than %(day)s.")
        raise Refused(
            "stated-too-late",
            text % {"day": allowed.due_on},
            field="stated_next_on",
            rule=allowed.rule_code,
            latest=allowed.due_on.isoformat(),
        )


def allowed_clock(
    unit: Unit, record: Inspection, fold: Fold, history: Sequence[Record]
) -> Due | None:
    """The clock that the record serves as it would run if nothing were stated, or the latest one
    of those that it starts; None when it serves and starts none."""
    silent = copy.copy(record)
    silent.stated_next_on = None
    state = fold([*history, silent])
    served = [d for d in state.clocks if record.kind in state.serving[d.clock]]
    if not served and starts_clocks(unit.category_id, record.kind):
        served = [d for d in state.clocks if d.statutory]
    return max(served, key=lambda due: due.due_on or dt.date.max, default=None)
