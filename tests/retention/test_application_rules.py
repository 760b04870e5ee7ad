"""Phone numbers in the forms of applications end some years after the close; all else stays."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection

from backend.approvals.models import Application
from backend.lib import clock
from backend.matters.models import Matter
from backend.retention.models import Removal
from backend.retention.rule_files import load_retention_rules
from backend.retention.tasks import apply_retention_rules
from tests.approvals.cast import Hall, seat_hall, step
from tests.world import World

pytestmark = pytest.mark.django_db
PHONE = "13853112345"
RULE = "application-phones-36-months"


@pytest.fixture
def hall(world: World) -> Hall:
    load_retention_rules()
    return seat_hall(world)


def closed(application: Application, months: int | None) -> None:
    ended = None if months is None else clock.now() - dt.timedelta(days=31 * months)
    Matter.objects.filter(pk=application.pk).update(closed_at=ended)


def texts_of(application: Application) -> str:
    """All that the database keeps of its form, now and before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT form::text FROM approvals_applicationevent WHERE pgh_obj_id = %s",
            [application.pk],
        )
        past = [row[0] for row in cursor.fetchall()]
    steps = json.dumps(list(application.matter.steps.values_list("facts", flat=True)))
    application.refresh_from_db()
    return "".join([*past, steps, json.dumps(application.form)])


def test_phones_end_after_the_close_in_the_form_and_in_its_past(hall: Hall) -> None:
    told = {"form": {"safety_phone": PHONE, "entity_phone": PHONE}}
    old = hall.apply(**told)
    details = {"field": "safety_phone", "value": "13853100000"}
    step(hall.clerk, old, "correct", remark="更正", details=details)
    young = hall.apply("filling-licence", form={"entity_phone": PHONE})
    open_one = hall.apply("production-licence", form={"entity_phone": PHONE})
    for application, months in ((old, 37), (young, 35), (open_one, None)):
        closed(application, months)
        assert PHONE in texts_of(application)
    assert apply_retention_rules()[RULE] == 1
    kept = texts_of(old)
    assert PHONE not in kept
    assert "13853100000" not in kept
    assert (old.form["safety_phone"], old.form["safety_manager"]) == ("", "有")
    assert PHONE in texts_of(young)
    assert PHONE in texts_of(open_one)
    assert apply_retention_rules() == {}
    assert Removal.objects.filter(rule=RULE).count() == 1
