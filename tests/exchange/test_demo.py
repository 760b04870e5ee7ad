"""The demonstration obeys the rules of the real register."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Q

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.exchange.demo import loader
from backend.exchange.demo.inspector_tasks import TASKS
from backend.inspections.models import Task
from backend.lib import clock
from backend.lib.identifiers import certificate, device_code, uscc
from backend.units.derived_state import recompute_unit
from backend.units.models import Unit
from geo.regions import county_at
from tagging.codes import normalise_code
from tagging.models import Tag
from tests.owner import as_owner


@pytest.fixture
def province(db, tmp_path, monkeypatch):
    # Fewer lives than units, so that units that share a life are compared too.
    monkeypatch.setattr(loader, "MOST", 250)
    call_command("load_reference", verbosity=0)
    with as_owner():
        call_command("demo", units=400, processes=1, accounts_file=tmp_path / "demo.json")
    return tmp_path / "demo.json"


def test_demo_units_stand_as_their_records_say(province):
    units = Unit.objects.order_by("pk")[100:]
    assert [unit.pk for unit in units if recompute_unit(unit=unit)] == []


def test_demo_numbers_places_and_tags_are_valid(province):
    assert Unit.objects.count() == 400
    for unit in Unit.objects.filter(~Q(certificate_no=None))[:60]:
        device_code.parse(unit.device_code)
        certificate.parse(unit.certificate_no)
        assert county_at(unit.position).pk == unit.region_id
    for entity in LegalEntity.objects.exclude(uscc=None)[:60]:
        uscc.parse(entity.uscc)
    assert all(normalise_code(code) == code for code in Tag.objects.values_list("code", flat=True))
    assert province.stat().st_mode & 0o777 == 0o600


def test_demo_inspectors_have_work_on_units_of_their_own(province):
    for name in ("inspector", "inspector2"):
        inspector = User.objects.get(username=name)
        tasks = Task.objects.to_do(inspector, clock.today() + dt.timedelta(days=7))
        assert tasks.count() == TASKS
        units = Unit.objects.visible_to(inspector).filter(tasks__in=tasks)
        assert set(units.values_list("status", flat=True)) == {"in_use"}


def test_a_seed_gives_one_province_whatever_the_processes(db, monkeypatch):
    call_command("load_reference", verbosity=0)
    monkeypatch.setattr(loader, "_WORTH_FORKING", 0)
    plan = loader._make_plan(150, seed=7)
    alone = list(loader._make_rows_of_blocks(plan, processes=1))
    assert list(loader._make_rows_of_blocks(plan, processes=3)) == alone
    assert sum(count for _rows, count in alone) == 150


def test_demo_refuses_a_filled_register_unless_told(province):
    with pytest.raises(CommandError):
        call_command("demo", units=10)
    call_command("demo", units=10, if_empty=True)
    assert Unit.objects.count() == 400
