"""Which inspectors find far fewer or far more than others did on like units: a reason to look.

Never a verdict: two who visit different owners, or on different days, differ for good reasons
that no table knows. Chicago's published model of food inspections gained most from knowing the
inspector, so the difference is real in practice, and it is the supervisor's to understand.

Indirect standardisation: a report counts when it names a defect or a failure; what is to be
expected of an inspector is what the *others* in the region found on units of the same species,
age and last conclusion. Observed / expected is shrunk as in ``backend.risk.shrinkage``; beyond the
limits is who lies outside 99.8 % of a funnel plot (Spiegelhalter, Statistics in Medicine 24
(2005) 1185-1202; exact Poisson limits).
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractYear, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.accounts.rights import Right, jurisdiction_filter, require_right, require_right_over
from backend.inspections.models import Defect, Report
from backend.lib import clock
from backend.lib.months import add_months
from backend.lib.problems import not_found
from backend.risk.quantiles import gamma_quantile
from backend.risk.shrinkage import ShrunkenRate, shrink_rates
from backend.units.models.records import FAILED
from geo.models import Region, within_region

MEANING = gettext_lazy(
    "A difference is a reason to look and never a verdict: it may come from the units, the day or "
    "chance as well as from the inspector."
)
ENOUGH_REPORTS = 30
"""Reports of an inspector, and of the others, below which nobody is called unusual."""
BORROWED = 10.0
"""Reports' worth of the others' rate over all units that the rate of like units starts from."""
LIMIT = 0.001
"""What the limits leave out on each side."""
AGES = (5, 10, 15, 20)
"""Years at which units stop being alike."""

Like = tuple[str, int, str]


class LimitSide(enum.StrEnum):
    """On which side of the limits an inspector lies."""

    FEWER = "fewer"
    MORE = "more"
    NO = ""


@dataclass(frozen=True)
class InspectorTally:
    """Reports of one inspector on like units, and how many of them found something."""

    inspector: int
    like: Like
    reports: int
    findings: int


@dataclass(frozen=True)
class InspectorComparison:
    """One inspector beside the others. ``ratio`` is observed / expected, 1 for as the others."""

    inspector: int
    reports: int
    findings: int
    expected: float
    ratio: ShrunkenRate
    enough: bool
    beyond: LimitSide


def compare_inspectors(*, actor: User, region: str, months: int = 12) -> list[InspectorComparison]:
    """Everybody who filed reports on units of ``region`` in the last ``months``, by his key.

    Raises Refused: 403 without the right, 404 for a region outside the jurisdiction.
    """
    require_right(actor, Right.COMPARE_INSPECTORS)
    if not Region.objects.filter(jurisdiction_filter(actor, "code"), code=region).exists():
        raise not_found(_("There is no such region in your jurisdiction."))
    require_right_over(actor, Right.COMPARE_INSPECTORS, region)
    since = add_months(clock.today(), -months)
    return compare_tallies(_load_tallies(actor, region, since))


def compare_tallies(tallies: Iterable[InspectorTally]) -> list[InspectorComparison]:
    """The comparison of each inspector with the others, from the tallies of all."""
    tallies = list(tallies)
    names = sorted({work.inspector for work in tallies})
    reports, findings = Counter[int](), Counter[int]()
    for work in tallies:
        reports[work.inspector] += work.reports
        findings[work.inspector] += work.findings
    expected = _expected_findings(tallies, reports, findings)
    ratios = shrink_rates([findings[n] for n in names], [expected[n] for n in names])
    enough = {n: min(reports[n], reports.total() - reports[n]) >= ENOUGH_REPORTS for n in names}
    return [
        InspectorComparison(
            inspector=name,
            reports=reports[name],
            findings=findings[name],
            expected=expected[name],
            ratio=ratio,
            enough=enough[name],
            beyond=_side_of_limits(findings[name], expected[name])
            if enough[name]
            else LimitSide.NO,
        )
        for name, ratio in zip(names, ratios, strict=True)
    ]


def _expected_findings(
    tallies: list[InspectorTally], reports: Counter[int], findings: Counter[int]
) -> dict[int, float]:
    """What each would have found, had he found on like units what the others did."""
    like_reports, like_findings = Counter[Like](), Counter[Like]()
    for work in tallies:
        like_reports[work.like] += work.reports
        like_findings[work.like] += work.findings
    told = dict.fromkeys(reports, 0.0)
    for work in tallies:
        others = reports.total() - reports[work.inspector]
        rate = (findings.total() - findings[work.inspector]) / others if others else 0.0
        found = like_findings[work.like] - work.findings + BORROWED * rate
        told[work.inspector] += (
            work.reports * found / (like_reports[work.like] - work.reports + BORROWED)
        )
    return told


def _side_of_limits(findings: int, expected: float) -> LimitSide:
    """The side on which ``expected`` lies outside the exact limits of the Poisson count ``findings``."""
    if findings and gamma_quantile(LIMIT, findings, 1.0) > expected:
        return LimitSide.MORE
    if gamma_quantile(1 - LIMIT, findings + 1, 1.0) < expected:
        return LimitSide.FEWER
    return LimitSide.NO


def _load_tallies(actor: User, region: str, since: dt.date) -> Iterable[InspectorTally]:
    inside = within_region("unit__region_id", region)
    begun = dt.datetime.combine(since, dt.time(), clock.SHANGHAI)
    earlier = Report.objects.filter(unit=OuterRef("unit"), received_at__lt=OuterRef("received_at"))
    found = Q(Exists(Defect.objects.filter(report=OuterRef("pk")))) | Q(conclusion__in=FAILED)
    rows = (
        Report.objects.filter(jurisdiction_filter(actor, "unit__region_id"), inside)
        .filter(received_at__gte=begun)
        .annotate(
            species=Substr("unit__category_id", 1, 2),
            years=ExtractYear("received_at") - ExtractYear("unit__first_used_on"),
            before=Subquery(earlier.order_by("-received_at").values("conclusion")[:1]),
            found=found,
        )
        .values("filed_by", "species", "years", "before")
        .annotate(reports=Count("pk"), findings=Count("pk", filter=F("found")))
    )
    for row in rows:
        like = (row["species"], _age_class(row["years"]), _outcome_word(row["before"]))
        yield InspectorTally(row["filed_by"], like, row["reports"], row["findings"])


def _age_class(years: int | None) -> int:
    """The class of an age; -1 where nobody knows it."""
    return -1 if years is None else sum(years >= limit for limit in AGES)


def _outcome_word(conclusion: str | None) -> str:
    if conclusion is None:
        return "never"
    return "failed" if conclusion in FAILED else "passed"
