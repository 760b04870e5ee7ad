"""What a map may be asked for: filters that refuse what they do not know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.lib import clock
from backend.units.models import KINDS, UnitStatus
from geo.datum import Datum
from geo.models import Region

STATUSES = frozenset(UnitStatus.values)
DUE = frozenset({"overdue", "soon"})
LEVELS = (Region.Level.PROVINCE.value, Region.Level.CITY.value, Region.Level.COUNTY.value)
_DATUMS = frozenset({Datum.WGS84.value, Datum.GCJ02.value})


@dataclass(frozen=True, slots=True)
class MapFilters:
    """The filters of one request. Nothing said means everything."""

    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    due: str = ""
    level: str = ""
    datum: Datum = Datum.WGS84
    as_of: dt.date | None = field(default=None)

    @property
    def shifted(self) -> bool:
        """Whether the base map is one of GCJ-02."""
        return self.datum is Datum.GCJ02

    @property
    def cache_key(self) -> str:
        """A text that is the same for the same filters; part of the ETag."""
        parts = (*self.kinds, "/", *self.statuses, "/", self.due, self.level, self.datum)
        return " ".join((*parts, str(self.as_of or "")))


def read_filters(query: QueryDict, known: Iterable[str]) -> MapFilters:
    """The filters in ``query``; raises ValidationError (400) for one not ``known`` or wrong."""
    allowed = sorted({*known, "datum"})
    unknown = sorted(set(query) - set(allowed))
    if unknown:
        text = _("Unknown filter. Known: %(names)s.") % {"names": ", ".join(allowed)}
        raise ValidationError({name[:60]: [text] for name in unknown[:10]})
    due, level = _read_choice(query, "due", DUE), _read_choice(query, "level", LEVELS)
    return MapFilters(
        kinds=_read_choices(query, "kind", KINDS),
        statuses=_read_choices(query, "status", STATUSES),
        due=due,
        level=level,
        datum=Datum(_read_choice(query, "datum", _DATUMS) or Datum.WGS84),
        as_of=_read_day(query),
    )


def _read_choices(query: QueryDict, name: str, choices: Iterable[str]) -> tuple[str, ...]:
    """The words of one parameter, given as a list with commas or by repeating it."""
    words = {word for text in query.getlist(name) for word in text.split(",") if word}
    _check_choices(name, words, choices)
    return tuple(sorted(words))


def _read_choice(query: QueryDict, name: str, choices: Iterable[str]) -> str:
    text = query.get(name, "")
    _check_choices(name, {text} - {""}, choices)
    return text


def _check_choices(name: str, words: set[str], choices: Iterable[str]) -> None:
    if not words <= set(choices):
        text = _("Not a choice. Choices: %(names)s.") % {"names": ", ".join(sorted(choices))}
        raise ValidationError({name: [text]})


def _read_day(query: QueryDict) -> dt.date | None:
    """The day of ``as_of``; None for today, which is the present. The future is not known."""
    return _parse_past_day(query.get("as_of", ""), dt.date.fromisoformat)


def _parse_past_day(text: str, read: Callable[[str], dt.date]) -> dt.date | None:
    if not text:
        return None
    try:
        day = read(text)
    except ValueError:
        raise ValidationError({"as_of": [_("Give a day as YYYY-MM-DD.")]}) from None
    if day > clock.today():
        raise ValidationError({"as_of": [_("This day has not come yet.")]})
    return None if day == clock.today() else day
