"""Held items and cases in pages: found, read as they came, settled and judged."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.cases.models import Case
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.lib import clock
from tests.fieldwork.items import item, report_body, scan_body, take
from tests.web.builders import make_scene
from tests.world import World, hold, make_unit

HELD = "/desk/held-items/"
CASES = "/desk/cases/"
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def held(world: World) -> Item:
    """Lin's report with a conclusion that there is not."""
    make_scene(world)
    body = report_body(world.lift, conclusion="good", remark="第一行\n第二行")
    [row] = take(world.lin, item("report", body))
    assert row.state == Item.State.PARKED
    return row


def read(client: Client, who: User, path: str, **asked: Any) -> str:
    client.force_login(who)
    return client.get(path, asked, **EN).content.decode()


def settle(client: Client, who: User, row: Item, **changes: Any) -> Any:
    """Send the form as the page shows it, with ``changes`` by their pointers."""
    client.force_login(who)
    form = client.get(f"{HELD}{row.pk}/", **EN).context["form"]
    shown = {field.html_name: field.value() for field in form}
    sent = {name: value for name, value in shown.items() if value not in (None, False)}
    changed = {name.replace("__", "/"): value for name, value in changes.items()}
    return client.post(f"{HELD}{row.pk}/", sent | changed, follow=True, **EN)


def test_held_items_are_found_by_reason_place_and_age(
    client: Client, world: World, held: Item
) -> None:
    link = f'href="{HELD}{held.pk}/"'
    assert link in read(client, world.ou, HELD)
    assert link in read(client, world.ou, HELD, code="invalid")
    assert "Nothing is held." in read(client, world.ou, HELD, days="1")
    assert link in read(client, world.zhao, HELD, region="370100")
    assert link in read(client, world.ou, HELD, days="x", region="%%", code="none")
    assert link not in read(client, _officer_of(world.chen), HELD)
    for who in (world.lin, world.rui, world.qian):
        client.force_login(who)
        assert client.get(HELD).status_code == 403


def _officer_of(user: User) -> User:
    region = user.region
    assert region is not None
    return hold(user, "officer", region)


def test_an_item_is_shown_word_for_word_with_what_is_wrong_at_its_field(
    client: Client, world: World, held: Item
) -> None:
    page = read(client, world.ou, f"{HELD}{held.pk}/")
    assert f'href="/units/{world.lift.pk}/"' in page
    assert "第一行\\n第二行" in page
    assert "“good”" in page or "&quot;good&quot;" in page
    wrong = client.get(f"{HELD}{held.pk}/", **EN).context["form"]["/body/conclusion"]
    assert "good" in wrong.help_text
    assert client.get(f"{HELD}{held.pk}999/").status_code == 404
    client.force_login(_officer_of(world.chen))
    assert client.get(f"{HELD}{held.pk}/").status_code == 404


def test_an_item_that_is_put_right_is_entered_and_the_original_kept(
    client: Client, world: World, held: Item
) -> None:
    page = settle(client, world.ou, held, __body__conclusion="pass")
    assert page.redirect_chain[-1][0] == HELD
    assert "The item is in the register." in page.content.decode()
    held.refresh_from_db()
    assert (held.state, held.stated_by, held.sent_document["body"]["conclusion"]) == (
        "accepted", world.ou, "good",
    )  # fmt: skip
    assert Report.objects.get().remark == "第一行\n第二行"
    assert held.mended == {**held.sent_document["body"], "conclusion": "pass"}


def test_a_second_click_settles_nothing_twice(client: Client, world: World, held: Item) -> None:
    settle(client, world.ou, held, __body__conclusion="pass")
    page = client.post(f"{HELD}{held.pk}/", {}, follow=True, **EN)
    assert "This item has been settled." in page.content.decode()
    assert Report.objects.count() == 1


def test_one_that_stays_wrong_comes_back_with_the_reason(
    client: Client, world: World, held: Item
) -> None:
    page = settle(client, world.ou, held, __body__conclusion="pass", __body__kind="")
    assert page.redirect_chain[-1][0] == f"{HELD}{held.pk}/"
    form = page.context["form"]
    assert form["/body/kind"].help_text
    page = settle(client, world.ou, held, __body__kind="periodic")
    assert page.redirect_chain[-1][0] == HELD


def test_a_number_must_stay_one(client: Client, world: World, held: Item) -> None:
    page = settle(client, world.ou, held, __body__unit="the lift")
    assert "Give a number." in page.content.decode()
    assert 'value="the lift"' in page.content.decode()


def test_a_supervisor_tries_again_and_changes_nothing(
    client: Client, world: World, held: Item
) -> None:
    client.force_login(world.zhao)
    page = client.get(f"{HELD}{held.pk}/", **EN)
    assert page.context["form"].value_fields == []
    client.post(f"{HELD}{held.pk}/", {"/body/conclusion": "pass"}, **EN)
    held.refresh_from_db()
    assert (held.state, held.mended) == ("held", None)


def test_photos_that_never_came_are_waived(client: Client, world: World, settings: Any) -> None:
    settings.ITEM_WAITING_DAYS = 0
    make_scene(world)
    body = report_body(world.lift, photos=["0" * 64])
    [row] = take(world.lin, item("report", body))
    assert "Photos that never came" in read(client, world.ou, f"{HELD}{row.pk}/")
    settle(client, world.ou, row, without_photos="on")
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.stated_by is None


@pytest.mark.parametrize("body", [None, [], "x", {"a/b": 1, "c": {"d": [None, True]}}])
def test_a_body_of_any_shape_is_shown(client: Client, world: World, body: Any) -> None:
    [row] = take(world.lin, item("report", body))
    if row.state == Item.State.PARKED:
        client.force_login(world.ou)
        assert client.get(f"{HELD}{row.pk}/").status_code == 200


@pytest.fixture
def case(world: World) -> Case:
    """Lin's phone was in two places."""
    return Case.objects.create(
        kind=Case.Kind.JUMP, subject="phone-1", user=world.lin, region=world.lixia,
        unit=world.lift.pk, facts={"km": 91.5, "seconds": 60}, opened_at=clock.now(),
    )  # fmt: skip


def test_a_case_is_found_read_and_closed_with_a_verdict(
    client: Client, world: World, case: Case
) -> None:
    take(world.lin, item("scan", scan_body("nonsense")))
    link = f'href="{CASES}{case.pk}/"'
    assert link in read(client, world.ou, CASES)
    assert link in read(client, world.ou, CASES, kind="jump")
    assert link not in read(client, world.ou, CASES, kind="mock-location")
    page = read(client, world.ou, f"{CASES}{case.pk}/")
    assert "Kilometres apart" in page
    assert "91.5" in page
    client.post(f"{CASES}{case.pk}/", {"verdict": ""}, **EN)
    case.refresh_from_db()
    assert case.closed_at is None
    for _click in range(2):
        told = client.post(f"{CASES}{case.pk}/", {"verdict": "手机时间错"}, follow=True, **EN)
    assert "The case is closed already." in told.content.decode()
    case.refresh_from_db()
    assert (case.verdict, case.closed_by) == ("手机时间错", world.ou)
    assert link not in read(client, world.ou, CASES)
    assert link in read(client, world.ou, CASES, state="closed")


def test_cases_of_others_are_not_found(client: Client, world: World, case: Case) -> None:
    client.force_login(_officer_of(world.chen))
    assert client.get(f"{CASES}{case.pk}/").status_code == 404
    assert client.post(f"{CASES}{case.pk}/", {"verdict": "x"}).status_code == 404
    for who in (world.lin, world.rui, world.qian):
        client.force_login(who)
        assert client.get(CASES).status_code == 403


def test_lists_ask_the_same_few_questions(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.ou)
    units = [make_unit("3110", world.lixia, world.mall) for _n in range(8)]
    take(world.lin, *(item("report", report_body(unit, conclusion="good")) for unit in units))
    for path in (HELD, CASES):
        client.get(path)  # which reads the regions, once for all
        with django_assert_max_num_queries(7):
            client.get(path)
