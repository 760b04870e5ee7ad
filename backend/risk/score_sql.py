"""The score as one statement, made from the weights; the same for one unit and for all.

A day that passes moves a score only over a step of some factor, so the statement also tells the
first day on which that will happen: until then a row stays true though nobody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from backend.risk import source_sql
from backend.risk.measures import MEASURES, Measure
from backend.risk.weights import Factor, Model, WrongModel

TOP = 1000
"""The highest score; ``Standing.score`` is 0 to here."""

COLUMNS = (
    "unit_id", "region_id", "kind", "status", "overdue", "due_soon", "failed", "hazards",
    "unseen", "score", "level", "place", "cell", "changes_on",
)  # fmt: skip
"""What ``unit_scores_sql`` selects, in order."""

_ONCE = "OFFSET 0"
"""Lets a subquery be computed once: merged with what reads it, its sum would be made five times."""
_MONTH = "interval '1 month'"
_MONTH_BEFORE = f"(u.next_due_on - {_MONTH})::date"
_SOON_FROM = f"({_MONTH_BEFORE} + (({_MONTH_BEFORE} + {_MONTH})::date < u.next_due_on)::int)"
"""The first day on which the due date is at most a month off (``units.standing.soon``): a month
before the 31st of March is the 28th of February, which is a month before the 28th."""


@cache
def unit_scores_sql(model: Model, scope: str = "", units: str = "") -> str:
    """SQL that gives a standing for each unit in ``scope`` (over ``u``) as of ``%(day)s``.

    ``units`` and the CTEs before it stand in for the register's present units and clocks; see
    ``past_figures``.
    """
    columns = ", ".join(COLUMNS).replace("level", f"{_level_sql('score', model)} AS level")
    changes = ", ".join(day for factor in model.factors for day in _next_days_sql(factor, model))
    owes = "u.status = 'in_use' AND u.next_due_on"
    return f"""{_unit_cte(scope, units)}
    SELECT {columns} FROM (SELECT u.id AS unit_id, u.region_id, u.kind, u.status COLLATE "C" AS status,
           coalesce({owes} < %(day)s, false) AS overdue,
           coalesce({owes} BETWEEN %(day)s AND (%(day)s + {_MONTH})::date, false) AS due_soon,
           {source_sql.HELD} AS failed, coalesce(d.open_ones, 0)::smallint AS hazards,
           t.seen_on IS NULL AS unseen,
           {_score_sql(model)}::smallint AS score,
           u.place, u.cell,
           least(CASE WHEN {_SOON_FROM} > %(day)s THEN {_SOON_FROM} END,
                 CASE WHEN u.held_from > %(day)s THEN u.held_from END,
                 CASE WHEN u.next_due_on >= %(day)s THEN u.next_due_on + 1 END,
                 {changes}) AS changes_on
    {_from_clause(model)} {_ONCE}) scored"""


@cache
def reasons_sql(model: Model) -> str:
    """SQL that gives, for one unit ``%(unit)s``, score, class and what each factor measured.

    The rows are arrays in the order of the factors: value, points, kind of record, id of record.
    """
    rows = ", ".join(
        f"jsonb_build_array({_value_sql(factor, model)}, {_points_sql(factor, model)}, {_record_sql(factor)})"
        for factor in model.factors
    )
    return f"""{_unit_cte("u.id = %(unit)s", "")}
    SELECT score, {_level_sql("score", model)}, told
      FROM (SELECT {_score_sql(model)} AS score, jsonb_build_array({rows}) AS told {_from_clause(model)} {_ONCE}) s"""


def _score_sql(model: Model) -> str:
    """The sum of the points, within the class that the law gives."""
    points = " + ".join(_points_sql(factor, model) for factor in model.factors)
    if not model.classes.top_is_held:
        return f"greatest(0, least({TOP}, {points}))"
    top = model.classes.begin[-1]
    low, high = (
        f"CASE WHEN {source_sql.HELD} THEN {a} ELSE {b} END" for a, b in ((top, 0), (TOP, top - 1))
    )
    return f"greatest({low}, least({high}, {points}))"


def _level_sql(score: str, model: Model) -> str:
    """The class of a score, 1 to 5."""
    reached = " + ".join(f"({score} >= {begin})::int" for begin in model.classes.begin)
    return f"(1 + {reached})::smallint"


def _unit_cte(scope: str, units: str) -> str:
    return units or f"WITH unit AS MATERIALIZED ({source_sql.PRESENT.format(scope=scope)})"


def _from_clause(model: Model) -> str:
    windows = {factor.measure: factor.window_days for factor in model.factors}
    inspections = source_sql.INSPECTIONS.format(past_failures=windows.get("past_failures", 0))
    lives = source_sql.LIVES.format(accidents=windows.get("accidents", 0))
    complaints = source_sql.COMPLAINTS.format(
        complaints=windows.get("complaints", 0),
        complaints_recent=windows.get("complaints_recent", 0),
    )
    return f"""FROM unit u
    LEFT JOIN ({source_sql.CLOCKS}) c ON c.unit_id = u.id
    LEFT JOIN ({inspections}) i ON i.unit_id = u.id
    LEFT JOIN ({lives}) l ON l.unit_id = u.id
    LEFT JOIN ({source_sql.DEFECTS}) d ON d.unit_id = u.id
    LEFT JOIN ({complaints}) w ON w.unit_id = u.id
    LEFT JOIN ({source_sql.TAGS}) t ON t.unit_id = u.id
    {" ".join(_rate_joins(model))}"""


def _rate_joins(model: Model) -> Iterator[str]:
    """The rates of the groups that the model asks for.

    Looked up one by one, which the limit forces: the planner would read them all for each batch.
    """
    for about in sorted({factor.measure for factor in model.factors} & set(source_sql.GROUP_KEYS)):
        yield f"""LEFT JOIN LATERAL (
            SELECT key, percent FROM risk_rate
             WHERE about = '{about}' AND species = {source_sql.SPECIES} AND key = {source_sql.GROUP_KEYS[about]}
             LIMIT 1) {about} ON true"""


def _get_measure(factor: Factor) -> Measure:
    measure = MEASURES.get(factor.measure)
    if measure is None:
        raise WrongModel(f"{factor.name}: nothing measures {factor.measure}")
    form = (bool(factor.points), bool(factor.steps), bool(factor.each))
    if form != (bool(measure.text), bool(measure.since or measure.number), bool(measure.count)):
        raise WrongModel(f"{factor.name}: {factor.measure} is measured in another form")
    return measure


def _points_sql(factor: Factor, model: Model) -> str:
    """The points of one factor; nothing measured gives none."""
    measure = _get_measure(factor)
    if factor.each:
        return f"least({factor.most}, {factor.each} * coalesce({measure.count}, 0))"
    if factor.points:
        longest = sorted(factor.points.items(), key=lambda item: -len(item[0]))
        cases = " ".join(
            f"WHEN starts_with({measure.text}, {_quote_word(text)}) THEN {points}"
            for text, points in longest
        )
    else:
        cases = " ".join(
            f"WHEN {measure.number or f'%(day)s - {measure.since}'} >= {at} THEN {points}"
            for at, points in reversed(list(_step_days_sql(factor, model)))
        )
    return f"CASE {cases} ELSE 0 END"


def _next_days_sql(factor: Factor, model: Model) -> Iterator[str]:
    """The first day on which time alone changes the points of this factor."""
    measure = _get_measure(factor)
    if factor.each and factor.window_days:
        yield f"{measure.first} + {factor.window_days}"
    elif measure.since:
        cases = " ".join(
            f"WHEN %(day)s - {measure.since} < {days} THEN {measure.since} + {days}"
            for days, _points in _step_days_sql(factor, model)
        )
        yield f"CASE {cases} {_restart_branch_sql(measure, factor)} END"


def _restart_branch_sql(measure: Measure, factor: Factor) -> str:
    """The first step of the next round, where what is measured begins anew."""
    if not measure.every:
        return ""
    return f"ELSE ({measure.since} + interval '{measure.every}')::date + {factor.steps[0][0]}"


def _step_days_sql(factor: Factor, model: Model) -> Iterator[tuple[str, int]]:
    """Each step as days since the day measured, and its points."""
    span = _span_sql(_get_measure(factor), model)
    for at, points in factor.steps:
        yield (str(at) if span == "100" else f"(({at} * {span} + 99) / 100)"), points


def _span_sql(measure: Measure, model: Model) -> str:
    cases = " ".join(f"WHEN {_quote_word(kind)} THEN {int(n)}" for kind, n in model.lives.items())
    return measure.span.format(lives=f"CASE u.kind {cases} ELSE 20 END")


def _value_sql(factor: Factor, model: Model) -> str:
    measure = _get_measure(factor)
    if measure.since:
        span = _span_sql(measure, model)
        days = f"(%(day)s - {measure.since})"
        return days if span == "100" else f"{days} * 100 / {span}"
    return measure.count or measure.number or measure.text


def _record_sql(factor: Factor) -> str:
    kind, key = _get_measure(factor).record
    return f"{_quote_word(kind)}, {key}"


def _quote_word(text: str) -> str:
    """The SQL literal of a word of the weights; raises WrongModel for anything else."""
    if not text.replace("_", "").isalnum():
        raise WrongModel(f"{text!r} is not a word")
    return f"'{text}'"
