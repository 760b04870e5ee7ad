"""What is done with cases: opening one, closing it by hand, closing those whose cause is gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.cases.models import Case
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed, not_found
from backend.lib.texts import make_storable


def open_case(
    *,
    kind: Case.Kind,
    subject: str,
    region_id: str | None,
    user: User | None = None,
    unit: int | None = None,
    record: int | None = None,
    facts: dict[str, Any],
) -> Case:
    """Return the open case of this kind about ``subject``; opens one where there is none.

    One that is open already hears the newest facts, and its place, unit and record if it had
    none. It is locked until the transaction ends, so that nobody closes it over them.
    """
    about = {"region_id": region_id, "unit": unit, "record": record}
    with transaction.atomic():
        case, new = Case.objects.select_for_update(no_key=True).get_or_create(
            kind=kind,
            subject=subject,
            closed_at=None,
            defaults=about | {"user": user, "facts": facts, "opened_at": clock.now()},
        )
        if not new:
            told = {name: value for name, value in about.items() if getattr(case, name) is None}
            _write_case(case, facts=facts, **told)
    return case


def close_case(*, actor: User, case: int, verdict: str) -> Case:
    """Close a case with a verdict. Raises Refused: 403, 404, 409 ``case-closed``, 422."""
    require_right(actor, Right.JUDGE_FIELDWORK)
    said = _check_verdict(verdict)
    with transaction.atomic():
        found = Case.objects.judged_by(actor).select_for_update().filter(pk=case).first()
        if found is None:
            raise not_found(_("There is no such case in your jurisdiction."))
        if found.user_id == actor.pk:
            raise not_allowed(_("Your own fact opened this case. Somebody else closes it."))
        if found.closed_at is not None:
            raise Refused("case-closed", _("The case is closed already."), status=409)
        _write_case(found, closed_at=clock.now(), closed_by=actor, verdict=said)
    return found


def close_cases_about(*, kind: Case.Kind, subjects: Collection[str], verdict: str) -> int:
    """Close the open cases about ``subjects`` whose cause is gone, without an actor; returns how many.

    For the register itself: it asks for no right. Raises Refused 422 without a verdict.
    """
    settled = Case.objects.filter(kind=kind, subject__in=subjects, closed_at=None)
    return settled.update(closed_at=clock.now(), verdict=_check_verdict(verdict))


def _check_verdict(verdict: str) -> str:
    if not verdict.strip():
        raise Refused("verdict-missing", _("Say what was found."), field="verdict")
    return make_storable(verdict)[:400]


def _write_case(case: Case, **values: Any) -> None:
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
