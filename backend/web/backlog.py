"""What waits for workers, for storage or for a person, counted when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, QuerySet
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from backend.cases.models import Case
from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.jobs.models import Job
from backend.lib import clock
from backend.risk.models import Reader

_OPEN_JOBS = (Job.State.QUEUED, Job.State.RUNNING)
_OPEN_ITEMS = (Item.State.WAITING, Item.State.PARKED)


class BacklogCollector(Collector):
    """Gauges from the database; each asks an index or a small table."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Jobs, items of phones, photos, cases and how old the figures are."""
        yield _by_state("jinzhi_jobs", "Jobs not ended", Job.objects.filter(state__in=_OPEN_JOBS))
        yield _by_state(
            "jinzhi_field_items", "Items of phones not settled",
            Item.objects.filter(state__in=_OPEN_ITEMS),
        )  # fmt: skip
        spooled = File.objects.filter(state=File.State.SPOOLED).count()
        yield GaugeMetricFamily("jinzhi_photos_spooled", "Photos waiting for storage", spooled)
        cases = Case.objects.filter(closed_at=None).count()
        yield GaugeMetricFamily("jinzhi_cases_open", "Cases open", cases)
        if reader := Reader.objects.values_list("day", flat=True).first():
            age = (clock.today() - reader).days
            yield GaugeMetricFamily("jinzhi_risk_age_days", "Days since the scores' day", age)


def _by_state(name: str, meaning: str, rows: QuerySet[Job] | QuerySet[Item]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=["state"])
    for state, number in rows.values_list("state").annotate(number=Count("pk")).order_by():
        family.add_metric([state], number)
    return family
