"""What may be asked of a region, and what is refused before anything is counted.

Figures were told on each day by what was known then, and stay so: a correction filed later
changes none of them. By what is known today they are computed anew; see ``corrected_figures``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter, regions_of
from backend.lib import clock
from backend.lib.months import add_months
from backend.lib.problems import Refused, not_found
from backend.risk.models import Reader
from backend.units.models import Accident, Record, Stage, Unit
from geo.regions import Gazetteer, RegionEntry, UnknownRegion

ACCIDENT_MONTHS = 12


@dataclass(frozen=True)
class FiguresQuery:
    """A region on a day, of some kinds and states; all where none are named.

    ``anew``: not as it was told then but by what is known today.
    """

    region: str
    day: dt.date
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    anew: bool = False

    def condition(self, prefix: str = "") -> Q:
        """The kinds and states as a filter."""
        wanted = Q()
        if self.kinds:
            wanted &= Q(**{f"{prefix}kind__in": self.kinds})
        if self.statuses:
            wanted &= Q(**{f"{prefix}status__in": self.statuses})
        return wanted


def load_reader() -> Reader:
    """The row that says how far the figures have come. Raises Refused 409 before there are any."""
    reader = Reader.objects.first()
    if reader is None:
        text = _("The figures have not been computed yet. Try again in a minute.")
        raise Refused("no-figures-yet", text, status=409)
    return reader


def choose_figures_day(reader: Reader, as_of: dt.date | None) -> dt.date:
    """The day that figures are told for. Raises Refused for one before the data or to come."""
    day = as_of or reader.day
    if day > reader.day:
        raise Refused("as-of-in-future", _("The day lies in the future."), field="as_of")
    if day < reader.history_from:
        text = _("There are no figures before %(day)s.") % {"day": reader.history_from}
        raise Refused("as-of-before-data", text, field="as_of")
    return day


def must_recompute(reader: Reader, day: dt.date, known_on: dt.date | None) -> bool:
    """Whether figures of ``day`` by what was known on ``known_on`` must be computed anew.

    Not where they were told on that very day, nor where nobody says what he wants. Raises Refused
    for any other day than the day itself and today: the register keeps no third.
    """
    if known_on is None or known_on == knowledge_day(reader, day):
        return False
    if known_on == reader.day:
        return True
    text = _("Figures are known as on %(then)s, when they were told, or as on %(today)s.")
    days = {"then": knowledge_day(reader, day), "today": reader.day}
    raise Refused("known-on-not-kept", text % days, field="known_on")


def knowledge_day(reader: Reader, day: dt.date) -> dt.date:
    """The day by whose knowledge the figures of ``day`` were told.

    Before the register was followed none were: those were folded when it began to be.
    """
    return max(day, reader.daily_from)


def get_visible_region(user: User, names: Gazetteer, code: str, day: dt.date) -> RegionEntry:
    """The region ``code``; raises Refused 404 for one not there, or not within the user's own."""
    try:
        entry = names[code]
    except UnknownRegion:
        raise not_found(_("There is no such region.")) from None
    inside = (names.is_part_of(code, mine, day) for mine in regions_of(user))
    if user.role != Role.ENTERPRISE and not any(inside):
        raise not_found(_("There is no such region in your jurisdiction."))
    return entry


def count_accidents(user: User, names: Gazetteer, query: FiguresQuery, known_on: dt.date) -> int:
    """Accidents in the twelve months up to the day, where they happened, as known on a day."""
    known_by = clock.end_of(known_on)
    since = add_months(query.day, -ACCIDENT_MONTHS)
    later = Record.objects.filter(supersedes=OuterRef("pk"), filed_at__lte=known_by)
    happened = Accident.objects.filter(
        names.part_of_region_condition(query.region, query.day, "region_id"),
        ~Exists(later),
        stage=Stage.ACCIDENT,
        happened_on__gt=since,
        happened_on__lte=query.day,
        filed_at__lte=known_by,
    ).filter(query.condition("unit__"))
    if user.role == Role.ENTERPRISE:
        return happened.filter(unit__in=Unit.objects.visible_to(user).values("pk")).count()
    return happened.filter(jurisdiction_filter(user, "region_id")).count()
