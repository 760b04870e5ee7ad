"""What happens to the matters of an office that ended (莱芜): its successor goes on with them."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.flows.places import Stored, read_place
from backend.lib import clock
from backend.matters.models import Assignment, Matter
from backend.matters.news import tell_heir
from backend.matters.readers import let_office_see
from backend.matters.steps import NOBODY, Entry, lock_matter_for_nobody, write_step
from backend.offices.competence import find_heir
from backend.offices.models import Office


def pass_to_heirs(most: int) -> int:
    """Give up to ``most`` open matters of offices that have ended to whoever took over; how many.

    Each is told by a step, and whoever is asked there by a notification. Those of an office without a successor stay where they are.
    """
    today, passed = clock.today(), 0
    ended = Office.objects.filter(valid_to__lte=today).exclude(successor=None)
    for office in ended:
        heir = find_heir(office, today)
        if heir is None:
            continue
        for matter in _open_matters_of(office)[: most - passed]:
            _pass_on(matter, office, heir)
            passed += 1
    return passed


def _open_matters_of(office: Office) -> QuerySet[Matter, int]:
    rows: QuerySet[Matter] = Matter.objects.filter(office=office, closed_at=None)
    return rows.order_by("pk").values_list("pk", flat=True)


def _pass_on(number: int, office: Office, heir: Office) -> None:
    with lock_matter_for_nobody(number) as matter:
        if matter.office_id != office.pk:
            return
        matter.office = heir
        matter.place = _with_heir(matter.place, office.pk, heir.pk)
        still_open = matter.assignments.filter(office=office, state=Assignment.State.OPEN)
        # Who had taken one held a post in the office that ended.
        still_open.exclude(role="").update(person=None)
        still_open.update(office=heir)
        let_office_see(matter, heir.pk)
        facts = {"from": office.pk, "office": heir.pk}
        write_step(matter, NOBODY, Entry("office-ended", facts=facts), "office", "place")
        tell_heir(matter, heir.pk)


def _with_heir(stored: Stored, office: int, heir: int) -> Stored:
    place = read_place(stored)
    place.replace_office(office, heir)
    return place.to_json()
