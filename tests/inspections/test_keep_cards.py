"""The kept card of a unit: emptied by whoever changes it, made again, and right at any time."""

from __future__ import annotations

import datetime as dt
import random
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from backend.accounts.models import Role
from backend.directory.models import LegalEntity, Membership
from backend.inspections.cards.card_reader import read_card, write_scan_and_read_card
from backend.inspections.cards.documents import MADE
from backend.inspections.cards.kept_cards import make_emptied_cards
from backend.lib import clock
from backend.units.models import Clock, Unit, UnitCard
from backend.units.sight import sight_of
from tagging.scans import make_scan
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.mobile_api.conftest import tag_on
from tests.risk.storm import Storm
from tests.world import make_user

_WRONG = f"""
    SELECT units_unit.id FROM units_unit JOIN units_unitcard ON unit_id = units_unit.id
    WHERE document IS NOT NULL AND document IS DISTINCT FROM {MADE}"""


def _wrong_cards() -> list[int]:
    """Units of which a kept card says something else than one made anew."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return [unit for (unit,) in cursor.fetchall()]


def _kept(unit: Unit) -> dict | None:
    return UnitCard.objects.get(unit=unit).document


@pytest.mark.parametrize("seed", range(3))
def test_after_a_storm_of_changes_each_kept_card_is_as_made_anew(world, seed):
    storm = Storm(world, random.Random(seed), clock.today())
    put_in_use(world, world.lift)
    storm.report = file(world, draft_of(world.lift)).pk
    storm.begin(units=40)
    assert make_emptied_cards() >= 40
    for number in range(400):
        storm.change()
        if number % 25 == 0:
            assert _wrong_cards() == []
            make_emptied_cards()
    assert UnitCard.objects.filter(document__isnull=True).exists()
    make_emptied_cards()
    assert not UnitCard.objects.filter(document__isnull=True).exists()
    assert _wrong_cards() == []


def test_a_change_of_a_part_empties_the_card_of_its_unit_alone(world):
    put_in_use(world, world.lift)
    make_emptied_cards()
    assert {row["kind"] for row in _kept(world.lift)["clocks"]} > {"periodic"}
    others = UnitCard.objects.exclude(unit=world.lift).exclude(document__isnull=True).count()
    Clock.objects.filter(unit=world.lift).update(last_on=F("last_on"))
    assert _kept(world.lift) is not None
    Clock.objects.filter(unit=world.lift, kind="periodic").update(due_on=dt.date(2026, 1, 31))
    assert _kept(world.lift) is None
    assert UnitCard.objects.exclude(document__isnull=True).count() == others


def test_a_card_is_the_same_kept_or_not(world):
    put_in_use(world, world.lift)
    code = tag_on(world)
    anew = write_scan_and_read_card(make_scan(raw=code), world.lin)[2]
    assert anew is not None
    make_emptied_cards()
    assert _kept(world.lift) is not None
    assert write_scan_and_read_card(make_scan(raw=code), world.lin)[2] == anew
    assert read_card(world.lin, world.lift.pk) == anew


def test_a_new_name_of_the_user_shows_at_once_and_empties_no_card(world):
    make_emptied_cards()
    LegalEntity.objects.filter(pk=world.mall.pk).update(name="新名商场")
    assert _kept(world.lift) is not None
    assert read_card(world.lin, world.lift.pk).using_unit == "新名商场"


def test_units_from_before_get_cards_by_the_command(world):
    UnitCard.objects.all().delete()
    call_command("make_cards", verbosity=0)
    assert UnitCard.objects.exclude(document__isnull=True).count() == Unit.objects.count()
    UnitCard.objects.filter(unit=world.lift).update(document={"id": 0})
    call_command("make_cards", verbosity=0)
    assert _wrong_cards() == [world.lift.pk]
    call_command("make_cards", "--again", verbosity=0)
    assert _wrong_cards() == []


def test_the_sight_of_each_role_is_the_one_rule(world):
    people = [world.lin, world.chen, world.qian, world.ou, world.rui, world.wei]
    for person in people:
        seen = set(Unit.objects.visible_to(person).values_list("pk", flat=True))
        assert _seen_by_sight(person) == seen
    person = make_user("firm", Role.ENTERPRISE, None)
    assert _seen_by_sight(person) == set()
    Membership.objects.create(user=person, entity=world.mall)
    assert _seen_by_sight(person) == set(
        Unit.objects.filter(using_entity=world.mall).values_list("pk", flat=True)
    )


def _seen_by_sight(person) -> set[int]:
    sight, params = sight_of(person)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM units_unit WHERE {sight}", params)
        return {unit for (unit,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_no_card_is_made_of_what_a_transaction_is_changing(committed_world):
    make_emptied_cards()
    changed, made = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            Unit.objects.filter(pk=committed_world.lift.pk).update(address="新址")
            changed.set()
            made.wait(20)
        connection.close()

    writer = threading.Thread(target=change)
    writer.start()
    assert changed.wait(20)
    make_emptied_cards()
    seen = _kept(committed_world.lift)
    made.set()
    writer.join()
    assert seen["address"] != "新址"  # as it was committed before
    assert _kept(committed_world.lift) is None
    make_emptied_cards()
    assert _kept(committed_world.lift)["address"] == "新址"
