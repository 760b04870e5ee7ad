"""Who may do what with a paper of which office: by a seat in the line of the office."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.lib import clock
from backend.lib.problems import not_allowed, not_found
from backend.offices.competence import find_heir
from backend.offices.models import Office
from backend.offices.seats import Seats
from backend.papers.models import Paper, PaperReader


def require_right_in(actor: User, right: Right, office: Office) -> None:
    """Refuse (403) unless a seat of the actor's in the line of ``office`` gives the right.

    Where the office has ended, in that of whoever took over. A right that another post gives, in
    another line, does not reach here.
    """
    require_right(actor, right)
    office = find_heir(office, clock.today()) or office
    if any(office.path.startswith(seat.path) for seat in Seats.of(actor).giving(right)):
        return
    told = _("Your post in this office does not carry the right %(right)s.")
    raise not_allowed(told % {"right": right.label})


def get_office_in_line(actor: User, office: int) -> Office:
    """The office of today, where it is one in whose line the actor has a seat. Raises Refused 404."""
    offices = Office.objects.in_force(clock.today())
    found = offices.filter(pk__in=Seats.of(actor).offices_and_descendants(), pk=office).first()
    if found is None:
        raise not_found(_("There is no such office in your line."))
    return found


def let_office_read(paper: Paper, office: int) -> None:
    """The office, and those above it, read the paper from now on."""
    PaperReader.objects.get_or_create(
        paper=paper, office_id=office, defaults={"since": clock.now()}
    )


def end_reading(paper: Paper, offices: Iterable[int]) -> None:
    """These offices no longer read the paper, unless it is of their line."""
    PaperReader.objects.filter(paper=paper, office__in=offices).delete()
