"""Why a unit has its score: each factor with what was measured and the record it came from."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.matters.models import Matter
from backend.risk import score_sql, weights
from backend.risk.weights import Factor
from backend.units.models import Unit


@dataclass(frozen=True)
class ScoreReason:
    """One factor that gives points. ``weight`` is what one step, word or counted thing is worth."""

    factor: str
    value: str | int
    unit: str
    weight: int
    points: int
    record_kind: str
    record: str | None
    source: str


@dataclass(frozen=True)
class ScoreExplanation:
    """The score of a unit on a day by one version of the weights; the largest reason first.

    The score is the sum of the points, at least 0 and at most 1000; of a unit that must not be used
    at least where the highest class begins, of every other below it.
    """

    unit: int
    score: int
    level: int
    as_of: dt.date
    model: str
    reasons: list[ScoreReason]


def explain_score(*, user: User, unit: int) -> ScoreExplanation:
    """The score of ``unit`` now, by the statement that scores all. Raises Refused.

    404 for a unit that the user does not see, 409 for one that has ended: it has no score.
    """
    if not Unit.objects.visible_to(user).filter(pk=unit).exists():
        raise not_found(_("There is no such unit in your jurisdiction."))
    day = clock.today()
    model = weights.get_model_in_force(day)
    with connection.cursor() as cursor:
        cursor.execute(score_sql.reasons_sql(model), {"day": day, "unit": unit})
        row = cursor.fetchone()
    if row is None:
        raise Refused("unit-ended", _("A unit that has ended has no score."), status=409)
    score, level, told = row[0], row[1], json.loads(row[2])
    reasons = [
        _build_reason(user, factor, *parts)
        for factor, parts in zip(model.factors, told, strict=True)
        if parts[1]
    ]
    reasons.sort(key=lambda reason: -reason.points)
    return ScoreExplanation(unit, score, level, day, model.version, reasons)


def _build_reason(
    user: User, factor: Factor, value: str | int, points: int, kind: str, key: str | int | None
) -> ScoreReason:
    if kind == "matter" and not Matter.objects.visible_to(user).filter(pk=key or 0).exists():
        key = None
    return ScoreReason(
        factor=factor.name,
        value=value,
        unit=factor.unit,
        weight=factor.each or points,
        points=points,
        record_kind=kind,
        record=None if key is None else str(key),
        source=factor.source,
    )
