"""The demonstration obeys the rules of the real register."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Q
from django.test import override_settings
from django.urls import reverse

from backend.absences.models import Absence
from backend.accounts.models import Role, User
from backend.announcements.models import Receipt
from backend.approvals.models import Application, Certificate
from backend.calendars.models import Meeting, Roster
from backend.calendars.roster_checks import list_roster_faults
from backend.cases.models import Case
from backend.deliveries.models import Delivery
from backend.directory.models import LegalEntity
from backend.exchange.demo import accounts, loader
from backend.exchange.demo.inspector_tasks import TASKS
from backend.inspections.models import Defect, Task
from backend.lib import clock
from backend.lib.identifiers import certificate, device_code, uscc
from backend.matters.models import Matter
from backend.supervised_tasks.models import SupervisedTask
from backend.units.derived_state import recompute_unit
from backend.units.models import Unit
from geo.models import Region
from geo.regions import county_at
from tagging.codes import normalise_code
from tagging.models import Scan, Tag
from tests.documents.signing_key import make_key
from tests.owner import as_owner

SENT = {
    ("scan", "accepted"): 5,
    ("report", "accepted"): 2,
    ("report", "conflict"): 1,
    ("report", "held"): 1,
}
"""What each inspector's phone has brought, by kind and state."""
PAGES = {
    Role.SUPERVISOR: (
        "home", "conflicts", "looks", "work-plan", "distributions", "announcements", "rosters",
        "absences",
    ),
    Role.REGISTRAR: ("home", "mappings", "inbox", "announcements"),
    Role.OFFICER: ("home", "conflicts", "work-plan", "announcements"),
    Role.INSPECTOR: ("home", "work-plan", "announcements"),
    Role.ENTERPRISE: ("home", "applications-mine"),
    Role.ADMINISTRATOR: ("accounts", "looks"),
    Role.OPERATOR: ("inbox", "matters"),
    Role.CLERK: (
        "inbox", "matters", "deliveries", "announcements", "meetings", "rosters", "duty",
    ),
    Role.HANDLER: ("inbox", "matters", "documents", "rosters"),
    Role.LEADER: (
        "inbox", "matters", "documents", "supervised", "meetings", "absences", "rosters",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made_province(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for all tests here, in a transaction around theirs."""
    accounts = tmp_path_factory.mktemp("demo") / "demo.json"
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch, as_owner():
            # Fewer lives than units, so that units that share a life are compared too.
            patch.setattr(loader, "MOST", 250)
            call_command("load_reference", verbosity=0)
            with override_settings(**make_key(accounts.parent)):
                call_command("demo", units=400, processes=1, accounts_file=accounts)
        yield accounts
        transaction.set_rollback(True)


def test_a_demonstration_of_one_unit_is_whole(db, tmp_path):
    accounts = tmp_path / "demo.json"
    with as_owner(), override_settings(**make_key(tmp_path)):
        call_command("load_reference", verbosity=0)
        call_command("demo", units=1, processes=1, accounts_file=accounts)
    assert Unit.objects.count() == 1
    assert accounts.exists()
    assert Application.objects.exists() is Unit.objects.exclude(using_entity=None).exists()


@pytest.fixture
def province(made_province, db):
    """The file of accounts; what a test changes is undone."""
    return made_province


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


def test_each_city_has_an_inspector_with_work_before_and_behind_him(province):
    for inspector in User.objects.filter(role=Role.INSPECTOR):
        tasks = Task.objects.to_do(inspector, clock.today() + dt.timedelta(days=6))
        assert tasks.count() >= TASKS - 1  # his report may have done one
        units = Unit.objects.visible_to(inspector).filter(tasks__in=tasks)
        assert set(units.values_list("status", flat=True)) == {"in_use"}
    cities = Region.objects.filter(level=Region.Level.CITY, valid_to=None)
    assert cities.count() == 16
    for inspector in User.objects.filter(role=Role.INSPECTOR, region__in=cities):
        came = Counter(inspector.items.values_list("kind", "state"))
        assert came == SENT, inspector
        assert inspector.memberships.count() == 1
        assert inspector.cases.filter(kind=Case.Kind.JUMP).count() == 1
        assert Defect.objects.filter(report__filed_by=inspector).count() == 1
    assert Scan.objects.filter(user__role=Role.INSPECTOR).count() == 16 * 5


def test_each_account_finds_something_on_its_pages(client, province):
    for account in json.loads(province.read_text())["accounts"]:
        client.force_login(User.objects.get(username=account["username"]))
        for name in PAGES[account["role"]]:
            page = client.get(reverse(f"web:{name}")).content.decode()
            assert 'class="empty"' not in page, (account["username"], name)


def test_documents_stand_at_each_stage_and_are_partly_signed_for(province):
    stages = {"drafting", "checking", "countersigning", "signing", "reviewing", "printing", "issued",
              "archived"}  # fmt: skip
    documents = Matter.objects.filter(kind="document")
    assert stages <= set(documents.values_list("state", flat=True))
    states = set(Delivery.objects.values_list("state", flat=True))
    assert {"sent", "opened", "signed", "returned"} <= states
    incoming = Matter.objects.filter(kind="incoming")
    assert {"registered", "instructing", "circulating"} <= set(
        incoming.values_list("state", flat=True)
    )
    assert Certificate.objects.count() == 2
    assert Application.objects.filter(matter__closed_at=None).exists()


def test_supervised_tasks_stand_at_each_stage_and_announcements_are_partly_read(province):
    tasks = SupervisedTask.objects.filter(proofs=None, matter__due_on__lt=clock.today())
    assert tasks.get().matter.state == "handling"
    assert SupervisedTask.objects.exclude(proofs=None).count() == 2
    states = set(SupervisedTask.objects.values_list("matter__state", flat=True))
    assert {"approving", "ordered", "returned", "accepting", "extending", "closed"} <= states
    asked = Receipt.objects.filter(announcement__confirm_by__isnull=False)
    assert asked.exclude(confirmed_at=None).count() == 3
    assert asked.filter(seen_at=None).exists()


def test_meetings_stand_side_by_side_and_each_day_of_two_months_has_somebody(province):
    first, second = Meeting.objects.still_called().filter(office__region="370100")
    assert first.starts_at == second.starts_at
    assert first.room != second.room
    rosters = Roster.objects.all()
    assert rosters.count() == 6
    assert [fault for roster in rosters for fault in list_roster_faults(roster)] == []
    today = clock.today()
    assert Absence.objects.within(today, today).count() == 2


def test_demo_refuses_a_filled_register_unless_told(province):
    with pytest.raises(CommandError):
        call_command("demo", units=10)
    call_command("demo", units=10, if_empty=True, accounts_file=province)
    assert Unit.objects.count() == 400


def test_a_filled_register_of_an_earlier_version_gets_the_accounts_that_it_lacks(
    province, tmp_path, monkeypatch
):
    file = tmp_path / "demo.json"
    file.write_text(province.read_text())
    before = json.loads(file.read_text())["accounts"]
    later = ("clerk9", Role.CLERK, "370000", "省局 后来")
    monkeypatch.setattr(accounts, "DEMO_ACCOUNTS", [*accounts.DEMO_ACCOUNTS, later])
    for _again in range(2):
        call_command("demo", if_empty=True, accounts_file=file)
    *kept, added = json.loads(file.read_text())["accounts"]
    assert kept == before
    made = User.objects.get(username="clerk9")
    assert made.check_password(added["password"])
    assert made.posts.count() == 1


def test_a_seed_gives_one_province_whatever_the_processes(db, monkeypatch):
    call_command("load_reference", verbosity=0)
    monkeypatch.setattr(loader, "_WORTH_FORKING", 0)
    plan = loader._make_plan(150, seed=7)
    alone = list(loader._make_rows_of_blocks(plan, processes=1))
    assert list(loader._make_rows_of_blocks(plan, processes=3)) == alone
    assert sum(count for _rows, count in alone) == 150
