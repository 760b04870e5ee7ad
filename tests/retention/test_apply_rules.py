"""Traces of people end by dated rules, by the database alone, and it is written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError, IntegrityError, connection, transaction

from backend.accounts.models import SignIn
from backend.cases.models import Case
from backend.directory.models import PersonalDataLook
from backend.fieldwork.models import Item
from backend.lib import clock
from backend.retention.models import Removal, RetentionRule
from backend.retention.rule_files import load_retention_rules
from backend.retention.tasks import apply_retention_rules
from tagging.models import Scan
from tests.world import World


def ago(months: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=31 * months)


def scan(months: int) -> Scan:
    here = Point(117.05, 36.65, srid=4326)
    return Scan.objects.create(
        raw="x", received_at=ago(months), position=here, accuracy_m=5, network="10.0.0.0"
    )


def item(world: World, months: int, **facts: object) -> Item:
    raw = uuid.uuid4().bytes
    facts = {"state": "accepted"} | facts
    return Item.objects.create(
        item_id=uuid.uuid4(), user=world.lin, region=world.lixia, kind="scan", raw=raw,
        digest=hashlib.sha256(raw).hexdigest(), moment=ago(months), received_at=ago(months),
        **facts,
    )  # fmt: skip


@pytest.fixture
def rules(db: None) -> None:
    load_retention_rules()


def test_what_is_old_ends_and_what_is_younger_stays(world, rules):
    old, middle, young = scan(13), scan(7), scan(5)
    for months in (37, 35):
        item(world, months)
        PersonalDataLook.objects.create(
            user=world.ou, entity=world.mall, reason="核对", at=ago(months)
        )
    for months in (13, 11):
        SignIn.objects.create(
            at=ago(months), username="lin", address="10.0.0.1", door="page", outcome="done"
        )
    told = apply_retention_rules()
    assert told == {
        "items-36-months": 1, "looks-36-months": 1, "scan-positions-6-months": 2,
        "scans-12-months": 1, "sign-ins-12-months": 1,
    }  # fmt: skip
    counts = [model.objects.count() for model in (Scan, Item, PersonalDataLook, SignIn)]
    assert counts == [2, 1, 1, 1]
    kept = {row.pk: (row.position, row.network) for row in Scan.objects.all()}
    assert kept[middle.pk] == (None, None)
    assert kept[young.pk][0] is not None
    assert old.pk not in kept
    assert apply_retention_rules() == {}


def test_what_is_still_needed_stays(world, rules):
    held = item(world, 40, state="held")
    mended = item(world, 40, stated_by=world.ou)
    behind, of_case = item(world, 40, scan=scan(13)), item(world, 40)
    case = Case.objects.create(
        kind=Case.Kind.JUMP, subject="p", user=world.lin, region=world.lixia, opened_at=clock.now()
    )
    case.items.set([of_case])
    apply_retention_rules()
    assert set(Item.objects.values_list("pk", flat=True)) == {held.pk, mended.pk, of_case.pk}
    assert not Item.objects.filter(pk=behind.pk).exists()
    assert Scan.objects.count() == 0  # its item went first
    Case.objects.update(closed_at=clock.now(), closed_by=world.ou, verdict="核实无误")
    assert apply_retention_rules() == {"items-36-months": 1}


def test_the_rule_of_the_day_counts_and_none_is_short(world, rules):
    scan(13)
    RetentionRule.objects.filter(subject="scans").update(valid_to=clock.today())
    assert "scans-12-months" not in apply_retention_rules()
    RetentionRule.objects.create(
        code="longer", subject="scans", months=24, valid_from=clock.today(), source="x",
        confidence="D",
    )  # fmt: skip
    assert "longer" not in apply_retention_rules()
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionRule.objects.filter(code="longer").update(months=5)


def test_outside_of_the_run_the_tables_stay_append_only(world, rules):
    scan(13), item(world, 40)
    apply_retention_rules()
    scan(13), item(world, 40)
    for model in (Scan, Item, Removal):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore', true)")
        assert cursor.fetchone()[0] in (None, "", "{}")


@pytest.mark.parametrize(
    "change", [{"subject": "people"}, {"valid_from": "2021-11-02", "code": "twice"}]
)
def test_rules_that_do_not_hold_together_are_refused(db, tmp_path, change):
    rule = {"code": "a", "subject": "scans", "months": 12, "source": "s", "confidence": "C"}
    first = rule | {"valid_from": "2021-11-01"}
    rows = [first, first | change] if "code" in change else [first | change]
    lines = []
    for row in rows:
        lines.append("[[rule]]")
        for name, value in row.items():
            said = value if name in ("months", "valid_from") else f'"{value}"'
            lines.append(f"{name} = {said}")
    file = tmp_path / "rules.toml"
    file.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="a "):
        load_retention_rules(file)
    assert not RetentionRule.objects.exists()
