"""Where a phone stands in the pack: the cursors and page ends that it sends back as it got them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.events.feed import CURSOR_DAYS, Horizon, Position
from backend.lib import clock
from backend.lib.problems import Refused
from tagging.codes import LENGTH

_HEX = "[0-9a-f]{1,15}"
_CURSOR_FORM = re.compile(
    rf"({_HEX}[0-9a-f]?)\.({_HEX})\.({_HEX})\.([0-9a-f]{{1,9}})\.([0-9a-f]{{1,8}})\.([0-9a-f]{{8}})"
)
_UNIT_END_FORM = re.compile(r"u\.(\d{4}-\d\d-\d\d)?\.(\d{1,18})", re.ASCII)
_TAG_END_FORM = re.compile(rf"t\.([2-9A-HJKMNP-Z]{{{LENGTH}}})?")


@dataclass(frozen=True)
class Cursor:
    """How far a phone has followed the feed, since when, for which duty and lists."""

    cluster: int
    position: Position
    since: dt.datetime
    duty: str
    lists: str

    def __str__(self) -> str:
        numbers = (self.cluster, *self.position, int(self.since.timestamp()))
        return ".".join([*(f"{number:x}" for number in numbers), self.duty, self.lists])

    def require_fresh(self, horizon: Horizon, duty: str) -> None:
        """Refuse (410) when changes after it may be forgotten, or are not those of this duty.

        One that is ahead is of a database that was since put back: its numbers are given anew.
        """
        age = clock.now() - self.since
        old = age > dt.timedelta(days=CURSOR_DAYS) or self.cluster != horizon.cluster
        if old or self.position.xid > horizon.xid or self.duty != duty:
            text = _("Fetch the pack anew. What you have not sent yet stays as it is.")
            raise Refused("cursor-expired", text, status=410)


class AfterUnit(NamedTuple):
    """The last unit of a page."""

    due: dt.date | None
    id: int

    def __str__(self) -> str:
        return f"u.{self.due or ''}.{self.id}"


class AfterTag(NamedTuple):
    """The last tag of a page; empty before the first."""

    code: str

    def __str__(self) -> str:
        return f"t.{self.code}"


def parse_cursor(text: str) -> Cursor:
    """The cursor that ``text`` is; raises ValidationError (400)."""
    found = _CURSOR_FORM.fullmatch(text)
    if found is None:
        raise ValidationError({"cursor": [_("Send the cursor as you got it.")]})
    cluster, xid, number, since = (int(part, 16) for part in found.groups()[:4])
    moment = dt.datetime.fromtimestamp(since, dt.UTC)
    return Cursor(cluster, Position(xid, number), moment, found[5], found[6])


def parse_page_end(text: str) -> AfterUnit | AfterTag:
    """The end of the page before; raises ValidationError (400)."""
    if found := _TAG_END_FORM.fullmatch(text):
        return AfterTag(found[1] or "")
    try:
        found = _UNIT_END_FORM.fullmatch(text)
        if found is not None:
            return AfterUnit(dt.date.fromisoformat(found[1]) if found[1] else None, int(found[2]))
    except ValueError:
        pass
    raise ValidationError({"after": [_("Send the mark of the next page as you got it.")]})
