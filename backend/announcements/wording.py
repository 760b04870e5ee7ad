"""What an announcement says, checked before it is published."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.announcements.models import Announcement
from backend.lib import clock
from backend.lib.problems import Refused
from backend.papers.words import check_text

LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 200, 20000, 400


class Wording(NamedTuple):
    """Title and text, how important it is, until when it matters, by when it is to be confirmed."""

    title: str
    body: str
    matters_until: dt.date
    confirm_by: dt.date | None = None
    importance: str = Announcement.Importance.NORMAL


def check_wording(said: Wording) -> Wording:
    """``said`` without blanks around it.

    Raises Refused 422: ``title-missing``, ``body-missing``, ``field-too-long``,
    ``field-character``, ``day-invalid`` for a day that has passed, or a confirmation that is due
    after the announcement has ceased to matter.
    """
    if said.matters_until < clock.today():
        raise Refused("day-invalid", _("Choose today or a later day."), field="matters_until")
    if said.confirm_by is not None and not clock.today() <= said.confirm_by <= said.matters_until:
        told = _("Choose a day from today on, and none after the one until which it matters.")
        raise Refused("day-invalid", told, field="confirm_by")
    body = said.body.replace("\r\n", "\n").expandtabs(4)
    return said._replace(
        title=_check_text(said.title, "title", LONGEST_TITLE),
        body=_check_text(body, "body", LONGEST_BODY, breaks=True),
    )


def check_reason(reason: str) -> str:
    """Why an announcement ends, without blanks around it. Raises Refused 422 as ``check_wording``."""
    return _check_text(reason, "reason", LONGEST_REASON)


def _check_text(text: str, name: str, most: int, *, breaks: bool = False) -> str:
    checked = check_text(text, name=name, breaks=breaks)
    if not checked:
        raise Refused(f"{name}-missing", _("This is needed. Fill it in."), field=name)
    if len(checked) > most:
        told = _("At most %(most)d characters, not %(length)d.")
        facts = {"most": most, "length": len(checked)}
        raise Refused("field-too-long", told % facts, field=name)
    return checked
