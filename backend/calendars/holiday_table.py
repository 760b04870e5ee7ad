"""The duty of a holiday as a table: a line for each duty, and for each day on which somebody lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.address_book.entries import contact_of, mask_mobile
from backend.calendars.holiday_duty import OfficeHoliday
from backend.calendars.models import Duty


class Line(NamedTuple):
    """One line in words; the own number of whoever is on duty is masked, as colleagues read it."""

    office: str
    desk_phone: str
    day: dt.date
    shift: str = ""
    role: str = ""
    name: str = ""
    work_phone: str = ""
    mobile: str = ""
    lacks: str = ""


def name_columns() -> list[str]:
    """The headings of the columns of :class:`Line` in the reader's language."""
    return [
        _("Office"), _("Duty phone"), pgettext("calendar", "Day"), _("Shift"), _("Role"),
        _("Name"), _("Telephone at work"), _("Own mobile number"), _("What lacks"),
    ]  # fmt: skip


def list_lines(offices: Iterable[OfficeHoliday]) -> Iterator[Line]:
    """The lines, by office and day."""
    for one in offices:
        for day in one.days:
            blank = Line(one.office.name, one.phone, day.day)
            yield from (_write_duty(blank, duty) for duty in day.duties)
            if day.lacks:
                yield blank._replace(lacks="; ".join(day.lacks))


def _write_duty(blank: Line, duty: Duty) -> Line:
    contact = contact_of(duty.person)
    return blank._replace(
        shift=duty.shift.name,
        role=_("Leader on duty") if duty.leads else _("On duty"),
        name=str(duty.person),
        work_phone=contact.work_phone,
        mobile=mask_mobile(contact),
    )
