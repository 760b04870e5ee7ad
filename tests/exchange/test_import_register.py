"""A whole older register: what an independent reckoning expects of each unit is what comes out."""

from __future__ import annotations

from django.test import Client
from rest_framework.test import APIClient

from backend.lib import clock
from backend.risk.explanations import explain_score
from backend.units.derived_state import recompute_unit
from backend.units.models import Unit
from bench import old_register
from tagging.actions import bind_tag, mint_batch
from tests.exchange.tables import counted, figures, imported

ROWS = 240


def test_a_register_comes_in_whole_and_is_right_on_page_list_and_score(world):
    today = clock.today()
    units = list(old_register.make_units(ROWS, [("370102", "A")], today, seed=11))
    job = imported(world.rui, old_register.write_table(units))
    assert figures(job) == counted(ROWS, ROWS)
    known = Unit.objects.in_bulk([u.row["设备代码"] for u in units], field_name="device_code")
    batch = mint_batch(actor=world.rui, count=ROWS)
    for told, tag in zip(units, batch.tags.all(), strict=True):
        unit = known[told.row["设备代码"]]
        assert wrongs(world.zhao, told, unit, today) == {}, told
        assert not recompute_unit(unit=unit)
        bind_tag(actor=world.rui, code=tag.pk, unit=unit)
        # Each from an address of its own: the public is throttled.
        public = Client(REMOTE_ADDR=f"10.1.{unit.pk // 250 % 250}.{unit.pk % 250}")
        page = public.get(f"/T/{tag.pk}", headers={"accept": "application/json"}).json()
        assert page.get("standing") == told.expected_standing(today), (page, told)
        assert points(world.zhao, told, unit) == expected_points(told, today), told
    listed = APIClient()
    listed.force_authenticate(world.zhao)
    rows = listed.get(
        "/api/v1/units", {"due_until": today - old_register.DAY, "status": "in_use", "limit": 500}
    ).json()["results"]
    assert {row["device_code"] for row in rows} == {
        u.row["设备代码"] for u in units if u.is_overdue(today)
    }


def wrongs(user, told, unit, today):
    """What differs from the expectation: wanted and got."""
    wanted = {
        "next_due_on": told.statutory_due_on,
        "certificate_no": told.row.get("使用登记证编号"),
        "dues": dict(told.due),
    }
    got = {
        "next_due_on": unit.next_due_on,
        "certificate_no": unit.certificate_no,
        "dues": {c.kind: c.due_on for c in unit.clocks.all()},
    }
    for known in (wanted, got):
        if told.kind.code[0] == "3" and known["dues"].get("self_detection") is None:
            known["dues"].pop("self_detection", None)
    return {name: (wanted[name], got[name]) for name in wanted if wanted[name] != got[name]}


def points(user, told, unit):
    if told.fate == "cancelled":
        return {}
    return {r.factor: r.points for r in explain_score(user=user, unit=unit.pk).reasons}


def expected_points(told, today):
    return {} if told.fate == "cancelled" else told.points(today)
