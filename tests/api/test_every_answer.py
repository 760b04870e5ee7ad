"""Every reading of the two JSON doors, asked by each role, answers as docs/openapi.yaml says.

What is answered is held against the document for every test; see ``tests/conforming.py``.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from backend.config.settings import ROOT
from backend.directory.models import LegalEntity, Membership, Person
from backend.fieldwork.models import Item
from backend.inspections.models import Checklist, Defect
from backend.inspections.planned_tasks import plan_task
from backend.jobs.actions import create_job
from backend.lib import clock
from backend.units.models import Repair
from tagging.actions import bind_tag, mint_batch
from tests.fieldwork.items import item, report_body, take
from tests.inspections.drafting import put_in_use
from tests.mobile_api.conftest import phone_of
from tests.units.filing import day, file
from tests.world import World

ROLES = ("lin", "zhao", "rui", "ou", "qian")
QUESTIONS = {
    "nearby_displaced": "?region=370102",
    "nearby_pipeline": "?unit={unit}",
    "nearby_places": "?region=370102",
    "nearby_radius": "?lng=117.05&lat=36.65",
    "nearby_tour": "?lng=117.05&lat=36.65",
    "regions_at": "?lng=117.05&lat=36.65",
}
ELSEWHERE = {
    "accounts_list", "accounts_retrieve", "accounts_devices_list", "invitations_retrieve",
    "authorities_retrieve", "cases_retrieve", "cases_items_list", "imports_retrieve",
    "imports_bad_rows", "import_mappings_retrieve", "inspection_bodies_retrieve", "nearby_pipeline", "public_places_retrieve",
    "assignments_retrieve", "deadline_rules_retrieve", "due_day", "holiday_years_retrieve",
    "matters_retrieve", "matters_flow_svg_retrieve", "notifications_retrieve", "offices_retrieve",
    "paper_series_retrieve", "paper_templates_retrieve", "papers_retrieve", "papers_pdf",
    "papers_services_list", "papers_services_retrieve", "posts_retrieve", "substitutions_retrieve",
    "applications_files_retrieve", "applications_papers_retrieve", "applications_retrieve",
    "certificates_retrieve", "incoming_scan_retrieve",
    "deliveries_retrieve", "distributions_deliveries_list", "distributions_retrieve",
    "documents_attachments_retrieve", "documents_pdf", "documents_retrieve", "documents_search_list",
    "matters_exports_retrieve", "matters_filters_retrieve", "mobile_enclosure", "mobile_matter",
    "absences_retrieve", "address_book_retrieve", "address_book_vcard_retrieve",
    "announcements_retrieve", "duties_retrieve", "duty_rosters_retrieve", "duty_shifts_retrieve",
    "duty_swaps_retrieve", "meeting_rooms_retrieve", "meetings_participants_list", "meetings_retrieve",
    "mobile_enclosure_pages", "mobile_people",
    "supervised_tasks_retrieve", "supervised_tasks_proofs_retrieve",
    "announcements_attachments_retrieve", "announcements_counts_retrieve",
    "announcements_offices_list", "announcements_receipts_list", "risk_region", "risk_region_table", "risk_unit", "mobile_upload_stand", "mobile_photo_known",
}  # fmt: skip
"""Readings of what this small register lacks; the tests of their own modules have them."""


def readings() -> Iterator[tuple[str, str]]:
    """The address of each GET of the document, and its name."""
    document = yaml.load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)
    for path, methods in document["paths"].items():
        if "get" in methods:
            yield path, methods["get"]["operationId"]


@pytest.fixture
def things(world: World) -> dict[str, Any]:
    """Something of each kind, by the place in an address that names it."""
    put_in_use(world, world.lift)
    work = Repair(happened_on=day("2026-01-05"), work="repair", contractor="泉城电梯维保有限公司")
    record = file(world, world.lift, work)
    defect = {"text": "门锁松动", "severity": "general"}
    filed, held = take(
        world.lin,
        item("report", report_body(world.lift, defects=[defect])),
        item("report", {"unit": world.boiler.pk}),
    )
    assert (filed.state, held.state) == (Item.State.ACCEPTED, Item.State.PARKED)
    batch = mint_batch(actor=world.ou, count=1)
    code = str(batch.tags.get().code)
    bind_tag(actor=world.ou, code=code, unit=world.lift)
    task, _new = plan_task(
        actor=world.ou, unit=world.boiler.pk, assignee=world.lin, kind="internal",
        planned_on=clock.today(),
    )  # fmt: skip
    person = Person.objects.create(name="李四", employer=world.mall)
    LegalEntity.objects.create(name="王五", natural_person=True, region=world.lixia)
    return {
        "units": world.lift.pk, "records": record.pk, "entities": world.mall.pk,
        "memberships": Membership.objects.get(entity=world.mall).pk, "people": person.pk,
        "tags": code, "batches": batch.pk, "tasks": task.pk, "held-items": held.pk,
        "reports": filed.report_id, "defects": Defect.objects.get().pk, "regions": "370102",
        "categories": "3110", "checklists": Checklist.objects.first().pk,
        "jobs": [
            create_job(actor=getattr(world, name), kind="labels", parameters={})[0].pk
            for name in ROLES
        ],
    }  # fmt: skip


def test_every_reading_answers_each_role_as_the_document_says(
    world: World, things: dict[str, Any]
) -> None:
    answered: dict[str, set[int]] = {}
    for number, role in enumerate(ROLES):
        client = phone_of(getattr(world, role))
        mine = things | {"jobs": things["jobs"][number]}
        for path, name in readings():
            question = QUESTIONS.get(name, "").format(unit=world.lift.pk)
            answer = client.get(_filled(path, mine) + question)
            assert answer.status_code < 500, (role, path)
            answered.setdefault(name, set()).add(answer.status_code)
    unread = {name for name, codes in answered.items() if 200 not in codes}
    assert unread <= ELSEWHERE, sorted(unread - ELSEWHERE)


@pytest.mark.parametrize("role", ["rui", "ou"])
def test_a_parameter_that_is_not_there_is_refused_wherever_it_is_asked(
    world: World, things: dict[str, Any], role: str
) -> None:
    client = phone_of(getattr(world, role))
    mine = things | {"jobs": things["jobs"][ROLES.index(role)]}
    taken = [
        name
        for path, name in readings()
        if path.startswith("/api/v1/")
        and client.get(_filled(path, mine), {"colour": "red"}).status_code < 400
    ]
    assert taken == []


def _filled(path: str, things: dict[str, Any]) -> str:
    """The address, each place filled with the thing of the collection before it."""

    def named(found: re.Match[str]) -> str:
        return f"{found[1]}/{things.get(found[1], uuid.UUID(int=1))}"

    return re.sub(r"([a-z-]+)/\{\w+\}", named, path)
