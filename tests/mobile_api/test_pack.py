"""What a phone carries: its duty, whole at first and then by changes."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, Role, User
from backend.directory.models import InspectionBody, Membership
from backend.events.feed import Position
from backend.inspections import checklists as lists
from backend.inspections.models import Checklist
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from backend.offices.models import Post
from backend.units.models import Category, Unit
from mobile_api import pack
from mobile_api.cursors import parse_cursor
from mobile_api.serializers import ChecklistShape
from tagging.actions import bind_tag, mint_batch, replace_tag, retire_tag
from tests.events.lines import settle
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.mobile_api.conftest import phone_of, tag_on
from tests.mobile_api.packing import PACK, delta, get, ids, whole
from tests.world import World, hold, make_unit

UNIT_KEYS = (
    "id v code dc cert no cat name user tel addr reg pos st due last def hold grade".split()  # noqa: SIM905
)


# ---- the pack


@pytest.mark.parametrize("path", ["pack", "pack/estimate"])
def test_strangers_get_nothing(db: None, path: str) -> None:
    assert APIClient().get(f"/mobile/v1/{path}").status_code == 401


def test_the_pack_has_the_units_of_the_region_and_no_other(world: World) -> None:
    found = get(phone_of(world.lin))
    assert sorted(ids(found)) == sorted([world.lift.pk, world.boiler.pk])
    assert world.forklift_elsewhere.pk in ids(get(phone_of(world.zhao)))


def test_a_company_carries_its_own_units(world: World) -> None:
    world.boiler.using_entity = world.plant
    world.boiler.save()
    assert ids(get(phone_of(world.qian))) == [world.lift.pk]


def test_a_firm_can_be_called_and_a_person_is_not_given_away(world: World) -> None:
    world.mall.phone = "0531-86012345"
    world.mall.save()
    assert [unit["tel"] for unit in get(phone_of(world.lin))["units"]] == ["0531-86012345"] * 2
    world.mall.natural_person = True
    world.mall.save()
    assert {unit["tel"] for unit in get(phone_of(world.lin, "b"))["units"]} == {None}


def test_a_unit_is_carried_with_all_that_the_contract_names(world: World) -> None:
    put_in_use(world, world.lift)
    code = tag_on(world)
    file(world, draft_of(world.lift))
    unit = next(unit for unit in get(phone_of(world.lin))["units"] if unit["id"] == world.lift.pk)
    assert sorted(unit) == sorted(UNIT_KEYS)
    assert (unit["code"], unit["pos"], unit["reg"]) == (code, [117.05, 36.65], "370102")
    assert unit["last"] == ["periodic", "pass", "2026-11-20"]
    kind, last, due, _opens, _own = unit["due"][0]
    assert (kind, last) == ("periodic", "2026-11-20")
    assert due > last


def test_the_clocks_of_the_users_own_checks_are_told_from_the_statutory_ones(world: World) -> None:
    put_in_use(world, world.lift)
    unit = next(unit for unit in get(phone_of(world.lin))["units"] if unit["id"] == world.lift.pk)
    assert {row[0]: row[4] for row in unit["due"]} == {"periodic": False, "self_detection": True}


def test_the_first_page_has_names_and_checklists(world: World) -> None:
    page = get(phone_of(world.lin))
    assert page["dictionaries"]["conclusion"]["pass"] != ["pass", "pass"]
    assert page["dictionaries"]["category"]["3110"][0] == "曳引驱动乘客电梯"
    assert set(page["dictionaries"]["region"]) == {"370102"}
    assert len(page["checklists"]) == lists.current_checklists().count()


def test_the_estimate_counts_the_units_of_the_duty(world: World) -> None:
    told = phone_of(world.lin).get(f"{PACK}/estimate").json()
    assert told["units"] == 2
    assert told["bytes"] > 0


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
def test_pages_hold_every_unit_once_soonest_due_first(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(pack, "PACK_PAGE_UNITS", 2)
    Unit.objects.all().update(region=world.shizhong)
    days = [None if n == 0 else dt.date(2027, 1, n) for n in range(number)]
    units = [make_unit("3110", world.lixia, next_due_on=day).pk for day in days]
    pages = whole(phone_of(world.lin))
    assert [unit for page in pages for unit in ids(page)] == units[1:] + units[:1]
    assert len(pages) == max(1, (number + 1) // 2)


def test_todays_tasks_come_first_with_their_units(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "PACK_PAGE_UNITS", 1)
    today = clock.today()
    make_unit("3110", world.lixia, next_due_on=today)
    week, later = today + dt.timedelta(days=7), today + dt.timedelta(days=8)
    for unit, day in ((world.boiler, week), (world.lift, later)):
        plan_task(actor=world.ou, unit=unit.pk, assignee=world.lin, kind="periodic", planned_on=day)
    page = get(phone_of(world.lin))
    assert [(task["unit"], task["on"]) for task in page["today"]] == [
        (world.boiler.pk, week.isoformat())
    ]
    assert ids(page)[0] == world.boiler.pk
    assert get(phone_of(world.wei))["today"] == []


def test_a_task_on_a_unit_that_moved_away_carries_nothing(world: World) -> None:
    plan_task(
        actor=world.ou, unit=world.lift.pk, assignee=world.lin, kind="periodic",
        planned_on=clock.today(),
    )  # fmt: skip
    Unit.objects.filter(pk=world.lift.pk).update(region=world.shizhong)
    page = get(phone_of(world.lin))
    assert page["today"] == []
    assert ids(page) == [world.boiler.pk]


def test_tags_of_the_duty_area_are_bound_void_or_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "TAGS_PER_PAGE", 2)
    bound = tag_on(world)
    free = [tag_on(world, unit="") for _ in range(3)]
    void = tag_on(world, unit="")
    retire_tag(actor=world.ou, code=void, reason="lost")
    tags = {tag[0]: tag[1:] for page in whole(phone_of(world.lin)) for tag in page["tags"]}
    assert tags == {
        bound: ["bound", world.lift.pk],
        void: ["void", None],
        **{code: ["free", None] for code in free},
    }
    assert whole(phone_of(world.chen))[0]["tags"] == []


def test_labels_of_the_area_that_hang_elsewhere_are_carried_without_their_unit(
    world: World,
) -> None:
    bound, replaced, worn = (tag_on(world, unit="") for _ in range(3))
    hold(world.ou, world.ou.role, world.city)
    bind_tag(actor=world.ou, code=replaced, unit=world.forklift_elsewhere)
    replace_tag(actor=world.ou, unit=world.forklift_elsewhere, code=bound, reason="worn")
    bind_tag(actor=world.ou, code=worn, unit=world.lift)
    retire_tag(actor=world.ou, code=worn, reason="worn")
    tags = {tag[0]: tag[1:] for tag in get(phone_of(world.lin))["tags"]}
    assert tags == {
        bound: ["bound", None],
        replaced: ["void", None],
        worn: ["void", world.lift.pk],
    }


def test_a_page_of_tags_is_as_long_as_the_tags_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "TAGS_PER_PAGE", 2)
    mint_batch(actor=world.ou, count=3)
    for unit in (world.lift, world.boiler):
        bind_tag(
            actor=world.ou, code=mint_batch(actor=world.ou, count=1).tags.get().code, unit=unit
        )
    pages = whole(phone_of(world.lin))
    assert len(pages) == 3  # five tags, two at a time
    told = [tag[0] for page in pages for tag in page["tags"]]
    assert len(told) == len(set(told)) == 5


def test_the_number_of_queries_does_not_grow_with_the_units(world: World) -> None:
    phone = phone_of(world.lin)
    few = _queries(phone)
    for _ in range(10):
        make_unit("3110", world.lixia, world.mall)
    assert _queries(phone) == few


def _queries(phone: APIClient) -> int:
    with CaptureQueriesContext(connection) as seen:
        get(phone)
    return len(seen)


def test_the_pack_is_compressed_for_whom_it_suits(world: World) -> None:
    answer = phone_of(world.lin).get(PACK, HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.content))["units"]) == 2


# ---- wrong marks


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": ""}, {"cursor": "x"}, {"cursor": "1.2.3"}, {"cursor": "\0"},
        {"cursor": f"{'f' * 40}.1.1.1.1.00000000"}, {"after": ""}, {"after": "u.2026-02-30.1"},
        {"after": "u..x"}, {"after": "u..\u0661"}, {"after": "t.%00"}, {"after": "u.0000-01-01.1"},
    ],
)  # fmt: skip
def test_a_malformed_mark_is_400(world: World, query: dict[str, str]) -> None:
    answer = phone_of(world.lin).get(PACK, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] in ("/cursor", "/after")


def test_a_cursor_older_than_90_days_is_410(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    DeviceToken.objects.update(expiry=None)  # a token ends by then too
    later = clock.now() + dt.timedelta(days=90, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = phone.get(PACK, {"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/cursor-expired")


def _make_enterprise(user: User) -> None:
    Post.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(role=Role.ENTERPRISE)


def test_a_cursor_of_another_duty_or_database_is_410(world: World) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    other = f"1.{cursor.partition('.')[2]}"
    assert phone.get(PACK, {"cursor": other}).status_code == 410
    for move in (
        lambda: hold(world.lin, Role.INSPECTOR, world.shizhong),
        lambda: _make_enterprise(world.lin),
    ):
        move()
        assert phone.get(PACK, {"cursor": cursor}).status_code == 410
        cursor = get(phone)["cursor"]


def test_a_cursor_ahead_of_a_database_that_was_put_back_is_410(world: World) -> None:
    phone = phone_of(world.lin)
    mark = parse_cursor(get(phone)["cursor"])
    assert phone.get(PACK, {"cursor": str(mark)}).status_code == 200
    ahead = replace(mark, position=Position(mark.position.xid + 10**6, 0))
    answer = phone.get(PACK, {"cursor": str(ahead)})
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/cursor-expired")


# ---- changes; they need commits


def test_nothing_new_is_small(committed_world: World) -> None:
    settle()
    phone = phone_of(committed_world.lin)
    cursor = get(phone)["cursor"]
    answer = phone.get(PACK, {"cursor": cursor})
    told = answer.json()
    assert (told["units"], told["gone"], told["tags"], told["more"]) == ([], [], [], False)
    assert told["checklists"] == []
    assert len(answer.content) < 1000
    assert parse_cursor(told["cursor"]).position >= parse_cursor(cursor).position


def test_a_changed_unit_comes_whole_and_only_to_its_region(committed_world: World) -> None:
    world = committed_world
    lin, chen = phone_of(world.lin), phone_of(world.chen)
    settle()
    mine, other = get(lin)["cursor"], get(chen)["cursor"]
    Unit.objects.filter(pk=world.lift.pk).update(internal_no="9号梯")
    told = delta(lin, mine)
    assert [(unit["id"], unit["no"]) for unit in told["units"]] == [(world.lift.pk, "9号梯")]
    assert sorted(told["units"][0]) == sorted(UNIT_KEYS)
    assert delta(chen, other)["units"] == []
    assert delta(lin, told["cursor"])["units"] == []


def test_a_unit_that_moves_is_gone_here_and_whole_there(committed_world: World) -> None:
    world = committed_world
    lin, chen, qian = phone_of(world.lin), phone_of(world.chen), phone_of(world.qian)
    settle()
    marks = {phone: get(phone)["cursor"] for phone in (lin, chen, qian)}
    Unit.objects.filter(pk=world.boiler.pk).update(region=world.shizhong, using_entity=world.plant)
    left, came, sold = (delta(phone, marks[phone]) for phone in (lin, chen, qian))
    assert (ids(left), left["gone"]) == ([], [world.boiler.pk])
    assert (ids(came), came["gone"]) == ([world.boiler.pk], [])
    assert (ids(sold), sold["gone"]) == ([], [world.boiler.pk])


def test_a_replaced_tag_is_void_and_its_follower_bound(committed_world: World) -> None:
    world = committed_world
    old, new = tag_on(world), tag_on(world, unit="")
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone)["cursor"]
    replace_tag(actor=world.ou, unit=world.lift, code=new, reason="worn")
    told = delta(phone, cursor)
    assert {tag[0]: tag[1:] for tag in told["tags"]} == {
        old: ["void", world.lift.pk],
        new: ["bound", world.lift.pk],
    }
    assert told["units"][0]["code"] == new


def test_a_tag_used_in_another_place_is_bound_and_no_more_is_said(committed_world: World) -> None:
    world = committed_world
    code = mint_batch(actor=world.ou, count=1).tags.get().code
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone)["cursor"]
    hold(world.ou, world.ou.role, world.city)
    bind_tag(actor=world.ou, code=code, unit=world.forklift_elsewhere)
    told = delta(phone, cursor)
    assert (told["units"], told["gone"], told["tags"]) == ([], [], [[code, "bound", None]])
    assert get(phone_of(world.wei))["tags"] == told["tags"]  # a fresh pack says the same


def test_many_changes_come_in_several_answers(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = committed_world
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone)["cursor"]
    monkeypatch.setattr(pack, "PACK_PAGE_UNITS", 2)
    units = [make_unit("3110", world.lixia).pk for _ in range(5)]
    settle()
    found, calls, more = [], 0, True
    while more:
        told = get(phone, cursor=cursor)
        cursor, more, calls = told["cursor"], told["more"], calls + 1
        found += ids(told)
    assert (found, calls) == (units, 3)


def test_what_changes_between_pages_comes_with_the_cursor_of_the_first(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack, "PACK_PAGE_UNITS", 1)
    phone = phone_of(committed_world.lin)
    settle()
    first = get(phone)
    [carried] = ids(first)
    Unit.objects.filter(pk=carried).update(internal_no="9号梯")
    settle()
    second = get(phone, after=first["next"])
    assert "cursor" not in second
    assert ids(get(phone, cursor=first["cursor"])) == [carried]


def test_a_task_planned_meanwhile_comes_with_the_changes(committed_world: World) -> None:
    world = committed_world
    phone = phone_of(world.lin)
    settle()
    cursor = get(phone)["cursor"]
    plan_task(
        actor=world.ou, unit=world.lift.pk, assignee=world.lin, kind="periodic",
        planned_on=clock.today(), note="上午",
    )  # fmt: skip
    assert [task["note"] for task in get(phone, cursor=cursor)["today"]] == ["上午"]


# ---- the lists


def test_checklists_are_carried_as_the_contract_names_them(world: World) -> None:
    rows = ChecklistShape(lists.current_checklists(), many=True).data
    carried = get(phone_of(world.lin))["checklists"]
    assert carried == json.loads(JSONRenderer().render(rows))


@pytest.mark.parametrize("days", [0, 1, 60, 61])
def test_a_checklist_is_carried_sixty_days_before_it_begins(world: World, days: int) -> None:
    begins = clock.today() + dt.timedelta(days=days)
    Checklist.objects.filter(code="generic").update(valid_from=begins)
    carried = [checklist["code"] for checklist in get(phone_of(world.lin))["checklists"]]
    assert ("generic" in carried) == (days <= 60)


@pytest.mark.parametrize(
    "change",
    [
        {"category_prefix": "9"}, {"inspection_kind": "periodic"}, {"title": "新表"},
        {"title_en": "New"}, {"items": []}, {"source": "TSG"},
        {"valid_from": dt.date(2020, 2, 1)}, {"valid_to": dt.date(2999, 1, 1)},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_checklist_that_reads_otherwise_comes_with_the_changes(
    world: World, change: dict[str, Any]
) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    assert get(phone, cursor=cursor)["checklists"] == []
    Checklist.objects.filter(code="generic").update(**change)
    told = get(phone, cursor=cursor)
    assert len(told["checklists"]) == lists.current_checklists().count()
    assert get(phone, cursor=told["cursor"])["checklists"] == []


def test_names_come_with_the_changes_when_they_change(world: World) -> None:
    phone = phone_of(world.lin)
    cursor = get(phone)["cursor"]
    assert "dictionaries" not in get(phone, cursor=cursor)
    Category.objects.filter(code="3110").update(name="电梯")
    told = get(phone, cursor=cursor)
    assert told["dictionaries"]["category"]["3110"][0] == "电梯"
    assert "dictionaries" not in get(phone, cursor=told["cursor"])


# ---- what fits, and the body


def test_the_pack_says_which_kinds_and_words_fit(world: World) -> None:
    page = get(phone_of(world.lin))
    fits = {(prefix, kind): (words, grade) for prefix, kind, words, grade in page["fits"]}
    assert fits["3", "periodic"] == (["fail", "pass", "refail", "repass"], "none")
    assert fits["21", "periodic"] == (["basically", "conforms", "not_conforms"], "gives")
    assert fits["8", "annual"][1] == "repeats"
    assert ("3", "external") not in fits


def test_the_pack_tells_a_new_body_of_the_user(world: World) -> None:
    phone = phone_of(world.lin)
    page = get(phone)
    assert page["body"] is None
    Membership.objects.create(user=world.lin, entity=world.maintainer)
    assert "body" not in get(phone, cursor=page["cursor"])
    InspectionBody.objects.create(entity=world.maintainer, approval_no="TS7110001-2027")
    told = get(phone, cursor=page["cursor"])
    assert told["body"] == {"id": world.maintainer.pk, "name": "泉城电梯维保有限公司"}
