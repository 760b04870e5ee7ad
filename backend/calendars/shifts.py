"""The shifts and the duty phone of an office."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.keepers import get_kept_office, require_keeper, require_seat_in
from backend.calendars.models import DutyDesk, Shift
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.papers.words import check_text


def open_shift(
    *, actor: User, office: int, name: str, begins: dt.time, hours: int, people: int
) -> Shift:
    """Let new rosters of the office have this shift.

    Raises Refused: 403; 404 for an office outside the actor's line; 409 ``shift-exists``; 422
    ``hours-invalid``, ``people-invalid``.
    """
    found = get_kept_office(actor, office)
    if not 1 <= hours <= 24:
        raise Refused("hours-invalid", _("A shift has 1 to 24 hours."), field="hours")
    if not 1 <= people <= 20:
        raise Refused("people-invalid", _("Name 1 to 20 people."), field="people")
    shift = Shift(
        office=found, name=check_text(name, name="name"), begins=begins, hours=hours, people=people
    )
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError:
        text = _("The office has a shift of this name. Choose another name.")
        raise Refused("shift-exists", text, field="name", status=409) from None
    return shift


def end_shift(*, actor: User, shift: int) -> Shift:
    """Let new rosters be without this shift; those that stand keep it. Raises Refused: 403, 404."""
    require_keeper(actor)
    with transaction.atomic():
        found = lock_row(Shift.objects.visible_to(actor).select_related("office"), shift)
        if found is None:
            raise not_found(_("There is no such shift for you."))
        require_seat_in(actor, found.office)
        if found.ended_at is None:
            found.ended_at = clock.now()
            found.save(update_fields=["ended_at"])
    return found


def set_duty_phone(*, actor: User, office: int, phone: str) -> DutyDesk:
    """Write down how the duty of the office is reached. Raises Refused: 403, 404; 422."""
    found = get_kept_office(actor, office)
    told = check_text(phone, name="phone")
    if not 3 <= len(told) <= 40:
        raise Refused("phone-invalid", _("Write the number of the duty phone."), field="phone")
    desk, _new = DutyDesk.objects.update_or_create(office=found, defaults={"phone": told})
    return desk
