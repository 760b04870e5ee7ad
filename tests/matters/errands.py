"""A kind of matter for tests: an errand, with a table of its own and the flow of ``errand.toml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.db import connection, models

from backend.accounts.models import User
from backend.deadlines.models import DeadlineRule
from backend.evidence.handed_out import HandedOut
from backend.flows.versions import load_flow_files
from backend.lib.problems import Refused
from backend.lib.serializers import ModelSerializer
from backend.matters.kinds import Enclosure, Kind
from backend.matters.models import Matter
from backend.matters.opening import Opening, open_matter
from backend.offices.models import Office
from tests.owner import as_owner, service_role

PATH = "tests.matters.errands.ERRAND"
TEMPLATES = Path(__file__).parent / "templates"


class Errand(models.Model):
    """What an errand has beside its matter."""

    # Without a constraint: the test database is emptied table by table, and this is no app's.
    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    weight = models.IntegerField(default=0)

    objects: Any = models.Manager()

    class Meta:
        app_label = "errands"

    def __str__(self) -> str:
        return str(self.pk)


class ErrandSerializer(ModelSerializer[Errand]):
    """The facts of an errand."""

    class Meta:
        model = Errand
        fields: Any = ("weight",)


class WeightForm(forms.Form):
    """What a report says of an errand."""

    weight = forms.IntegerField(label="Weight", required=False, min_value=0)


def record_details(matter: Matter, decision: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """The weight, which a decision may come with."""
    if not details:
        return {}
    if set(details) != {"weight"} or not isinstance(details["weight"], int | None):
        raise Refused("weight-wrong", "Give the weight.", field="details")
    Errand.objects.filter(pk=matter.pk).update(weight=details["weight"] or 0)
    return {"weight": details["weight"]}


def open_part(matter: Matter, flow: str) -> Matter:
    """What another office is asked beside; opened by nobody."""
    return open_errand(None, matter.office, flow=flow, title=f"{matter.title}（协查）")


def list_orders(matter: Matter) -> list[Enclosure]:
    """The order in writing, which lies in storage where a test has put it."""

    def hand_out(_reader: User) -> HandedOut:
        return HandedOut(order_key(matter), "application/pdf")

    return [Enclosure("order", "交办单", "application/pdf", hand_out)]


def order_key(matter: Matter) -> str:
    """Where the order in writing lies."""
    return f"errands/{matter.pk}.pdf"


ERRAND = Kind(
    name="errand",
    title="errands",
    model=Errand,
    flows=("errand", "errand-part"),
    facts=lambda matter: {"weight": Errand.objects.get(pk=matter.pk).weight},
    partial="errands/errand.html",
    serializer="tests.matters.errands.ErrandSerializer",
    record_details=record_details,
    detail_forms={"report": "tests.matters.errands.WeightForm"},
    open_part=open_part,
    enclosures=list_orders,
)


def make_table() -> None:
    """The table of errands in the test database, if it is not there."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS errands_errand"
            " (matter_id bigint PRIMARY KEY, weight int NOT NULL)"
        )
        cursor.execute(f"GRANT ALL ON errands_errand TO {service_role()}")


def load_errand() -> None:
    """The flow with its two rules of deadlines."""
    for code, days in (("errand-acceptance", 5), ("errand-handling", 60)):
        DeadlineRule.objects.create(
            code=code, valid_from=dt.date(2020, 1, 1), days=days,
            unit="calendar", law="测试规则", article="第一条", source="tests", confidence="A",
        )  # fmt: skip
    load_flow_files(clocks={"errand-acceptance", "errand-handling"}, folder=Path(__file__).parent)


def open_errand(actor: User | None, office: Office, **facts: Any) -> Matter:
    """An errand that ``office`` begins with."""
    columns = {"title": "电梯困人投诉", "region": office.region, "office": office} | facts
    return open_matter(actor=actor, opening=Opening(kind="errand", child=Errand(), **columns))
