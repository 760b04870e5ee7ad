"""The duty roster of a month: begun, filled by hand, published; a published one is changed openly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.calendars.asked_people import colleagues_of
from backend.calendars.keepers import get_kept_office, require_keeper, require_seat_in
from backend.calendars.models import Duty, Roster, Shift
from backend.calendars.news import tell_of_duty
from backend.calendars.roster_checks import list_roster_faults
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.months import month_end, month_start
from backend.lib.problems import Refused, not_found
from backend.notifications.models import Kind
from backend.offices.models import Office


def begin_roster(*, actor: User, office: int, month: dt.date) -> tuple[Roster, bool]:
    """The roster of the office for the month of this day, with its shifts of today; and whether it is new.

    Raises Refused: 403; 404 for an office outside the actor's line; 409 ``shifts-missing``; 422
    ``month-over``.
    """
    found = get_kept_office(actor, office)
    first = month_start(month)
    if first < month_start(clock.today()):
        raise Refused("month-over", _("Choose this month or a later one."), field="month")
    shifts = list(Shift.objects.kept().filter(office=found))
    if not shifts:
        text = _("Say first which shifts the office has.")
        raise Refused("shifts-missing", text, status=409)
    with transaction.atomic():
        roster, new = Roster.objects.get_or_create(office=found, month=first)
        if new:
            roster.shifts.set(shifts)
    return roster, new


def set_duties(
    *,
    actor: User,
    roster: int,
    day: dt.date,
    shift: int,
    leaders: Collection[int],
    people: Collection[int],
) -> Roster:
    """Name who is on duty for one shift of one day, instead of whoever was.

    In a published roster who comes and who goes is told. Raises Refused: 403, 404; 409
    ``duty-begun`` for a shift of the past, ``on-duty-then`` for somebody who is on duty at that time
    in this roster; 422 ``day-invalid``, ``shift-unknown``, ``person-unknown``, ``named-twice``.
    """
    with change_roster(actor, roster) as found:
        part = found.shifts.filter(pk=shift).first()
        if part is None:
            raise Refused("shift-unknown", _("Choose a shift of this roster."), field="shift")
        if not found.month <= day <= month_end(found.month):
            raise Refused("day-invalid", _("Choose a day of this month."), field="day")
        _refuse_begun(found, part, day)
        wanted = _read_people(found.office, leaders, people)
        standing = found.duties.filter(day=day, shift=part, ended_at=None).select_related("person")
        gone = [duty for duty in standing if (duty.person_id, duty.leads) not in wanted]
        kept = {(duty.person_id, duty.leads) for duty in standing} - {
            (duty.person_id, duty.leads) for duty in gone
        }
        end_duties(found, gone)
        add_duties(
            found,
            [
                duty_of(found, part, day, person, leads=leads)
                for person, leads in sorted(wanted - kept)
            ],
        )
    return found


def publish_roster(*, actor: User, roster: int) -> Roster:
    """Let everybody of the line see it, and tell each who is on duty; again changes nothing.

    Raises Refused: 403, 404; 409 ``roster-faulty`` with the first gaps and doubles.
    """
    with change_roster(actor, roster) as found:
        if found.published_at is not None:
            return found
        if faults := list_roster_faults(found):
            shown = "; ".join(fault.text for fault in faults[:5])
            text = _("%(count)d days are not in order: %(faults)s.")
            facts = {"count": len({fault.day for fault in faults}), "faults": shown}
            raise Refused("roster-faulty", text % facts, status=409)
        found.published_at, found.published_by = clock.now(), actor
        found.save(update_fields=["published_at", "published_by"])
        first_of: dict[int, Duty] = {}
        for duty in found.duties.filter(ended_at=None).select_related("person").order_by("day"):
            first_of.setdefault(duty.person_id, duty)
        for duty in first_of.values():
            tell_of_duty(duty, duty.person, Kind.DUTY)
    return found


@contextmanager
def change_roster(actor: User, roster: int) -> Iterator[Roster]:
    """The roster, held until it is changed. Raises Refused: 403, 404."""
    require_keeper(actor)
    with transaction.atomic(), attribute_changes_to(actor):
        seen = Roster.objects.visible_to(actor).select_related("office")
        found = lock_row(seen, roster, no_key=True)
        if found is None:
            raise not_found(_("There is no such roster for you."))
        require_seat_in(actor, found.office)
        yield found


def duty_of(roster: Roster, shift: Shift, day: dt.date, person: int, *, leads: bool) -> Duty:
    """A duty of the roster, unsaved."""
    starts_at = dt.datetime.combine(day, shift.begins, clock.SHANGHAI)
    return Duty(
        roster=roster, day=day, shift=shift, person_id=person, leads=leads, starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=shift.hours), made_at=clock.now(),
    )  # fmt: skip


def end_duties(roster: Roster, duties: Collection[Duty]) -> None:
    """Take them out of the roster: those of a draft leave no trace, others end and are told."""
    rows = Duty.objects.filter(pk__in=[duty.pk for duty in duties])
    if roster.published_at is None:
        rows.delete()
        return
    rows.update(ended_at=clock.now())
    for duty in duties:
        tell_of_duty(duty, duty.person, Kind.DUTY_OFF)


def add_duties(roster: Roster, duties: Collection[Duty]) -> None:
    """Put them into the roster, told where it is published. Raises Refused 409 ``on-duty-then``."""
    try:
        with transaction.atomic():
            made = Duty.objects.bulk_create(duties)
    except IntegrityError:
        text = _("Somebody of these is on duty at that time already.")
        raise Refused("on-duty-then", text, field="people", status=409) from None
    if roster.published_at is not None:
        for duty in made:
            tell_of_duty(duty, duty.person, Kind.DUTY)


def require_colleagues(office: Office, people: Collection[int], field: str) -> None:
    """Raises Refused 422 ``person-unknown`` unless all hold a post today in the authority of ``office``."""
    if colleagues_of(office).filter(pk__in=people).count() != len(set(people)):
        text = _("Choose people who hold a post in your authority today.")
        raise Refused("person-unknown", text, field=field)


def _read_people(
    office: Office, leaders: Collection[int], people: Collection[int]
) -> set[tuple[int, bool]]:
    require_colleagues(office, leaders, "leaders")
    require_colleagues(office, people, "people")
    if set(leaders) & set(people):
        text = _("Nobody both leads and is on duty beside the leader.")
        raise Refused("named-twice", text, field="people")
    return {(person, True) for person in leaders} | {(person, False) for person in people}


def _refuse_begun(roster: Roster, shift: Shift, day: dt.date) -> None:
    begins = dt.datetime.combine(day, shift.begins, clock.SHANGHAI)
    if roster.published_at is not None and begins <= clock.now():
        text = _("This shift has begun. Who was on duty stays written down.")
        raise Refused("duty-begun", text, field="day", status=409)
