"""How often somebody is urged (催办), and when that would be in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Max
from django.utils.translation import gettext as _

from backend.flows.definition import URGE
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Assignment, Matter

NOT_AGAIN_WITHIN = dt.timedelta(hours=4)
"""Who is urged has half a working day before he is urged again."""


def refuse_vain_urging(matter: Matter, waiting: Collection[Assignment]) -> None:
    """Refuse to urge where nobody but the one who urges is asked, or all of ``waiting`` were just now.

    Raises Refused 409 ``nobody-to-urge``, 429 ``urged-already``.
    """
    if not waiting:
        raise Refused("nobody-to-urge", _("Nobody else is waited for."), status=409)
    last = matter.steps.filter(action=URGE).aggregate(last=Max("at"))["last"]
    if last is None or any(one.opened_at > last for one in waiting):
        return
    if wait := seconds_of_rest(last):
        told = _("They were urged just now. Wait some hours.")
        raise Refused("urged-already", told, status=429, retry_after=wait)


def seconds_of_rest(urged_at: dt.datetime) -> int:
    """For how long nobody is urged again who was urged then; 0 where he may be."""
    left = urged_at + NOT_AGAIN_WITHIN - clock.now()
    return max(0, int(left.total_seconds()) + 1)
