"""What the tables of the stages forbid, told in words before the database would refuse it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint
from django.utils.translation import gettext_lazy as _

from backend.units.models import Record

CONTRADICTIONS = {
    "installation_ends_after_it_starts": _("The work cannot end before it starts."),
    "failed_states_no_next_date": _("A failed inspection states no next date."),
    "no_pass_with_open_opinion_notice": _("It cannot pass while its opinion notice is unanswered."),
    "safety_grade_1_to_5": _("A safety grade is one of 1 to 5."),
    "transfer_names_its_target": _("Name the region it moves to, or the new entity."),
}
"""What is told for each constraint of the tables of records."""


def find_broken_constraint(record: Record) -> Any | None:
    """What is told for the first check constraint of its stage that ``record`` breaks, or None."""
    for constraint in record._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            constraint.validate(type(record), record)  # type: ignore[attr-defined]  # the stubs lack it
        except ValidationError:
            return CONTRADICTIONS[constraint.name]
    return None
