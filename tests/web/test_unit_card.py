"""The card of a unit and the list it is found in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from backend.lib import clock
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import UnitFigures
from backend.units.models import Accident, Conclusion, Stage, Unit, UnitStatus
from backend.web.unit_list import PAGE_SIZE
from tests.web.builders import Scene, correct, inspect, put, state
from tests.world import make_unit

EN = {"headers": {"accept-language": "en"}}
ZH = {"headers": {"accept-language": "zh-CN"}}


def test_landing_page_needs_no_sign_in_and_shows_no_unit(client, scene: Scene):
    page = client.get("/").content.decode()
    assert 'name="code"' in page
    assert "梯11鲁A03622" not in page


def test_card_needs_sign_in(client, scene: Scene):
    response = client.get(f"/units/{scene.lift.pk}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_card_shows_every_record_with_its_details(signed_in: Client, scene: Scene):
    page = signed_in.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()
    for fact in (
        "山东泰山电梯制造有限公司",
        "GZ-2019-1188",
        "历下区市场监督管理局",
        "TJ20191202-07",
    ):
        assert fact in page
    assert page.count('<li id="record-') == 5
    assert '<p class="word">正常</p>' in page


@pytest.mark.parametrize("path", ["", "print/"])
def test_a_unit_of_another_county_is_not_found(client, scene: Scene, path):
    client.force_login(scene.world.chen)
    response = client.get(f"/units/{scene.lift.pk}/{path}")
    assert response.status_code == 404
    assert "梯11鲁A03622" not in response.content.decode()


def test_an_enterprise_sees_its_own_units_only(client, scene: Scene):
    client.force_login(scene.world.qian)
    assert client.get(f"/units/{scene.lift.pk}/").status_code == 200
    assert client.get(f"/units/{scene.world.forklift_elsewhere.pk}/").status_code == 404


def test_a_superseded_record_is_struck_and_linked(signed_in: Client, scene: Scene):
    later = correct(scene.inspection, conclusion=Conclusion.FAIL)
    page = signed_in.get(f"/units/{scene.lift.pk}/").content.decode()
    assert f'href="#record-{later.pk}"' in page
    assert f'href="#record-{scene.inspection.pk}"' in page
    assert page.count("<del>") == 1


def test_a_clock_tells_its_rule(signed_in: Client, scene: Scene):
    path = f"/units/{scene.lift.pk}/"
    assert scene.lift.clocks.get().rule.source == "TSG T7001-2023 4.1"
    assert "TSG T7001-2023 4.1" in signed_in.get(path, **EN).content.decode()
    assert "TSG T7001-2023 第4.1条" in signed_in.get(path, **ZH).content.decode()


def test_english_pages_name_equipment_in_english(client, scene: Scene):
    client.force_login(scene.world.ou)
    english = scene.lift.category.name_en
    for path in (f"/units/{scene.lift.pk}/", f"/units/{scene.lift.pk}/plan/", "/"):
        page = client.get(path, **EN).content.decode()
        assert english in page
        assert scene.lift.category.name not in page


def test_rule_15_clocks_rest_while_stopped(signed_in: Client, scene: Scene):
    scene.lift.clocks.update(due_on=dt.date(2021, 1, 31))
    state(scene.lift, status=UnitStatus.STOPPED)
    page = signed_in.get(f"/units/{scene.lift.pk}/").content.decode()
    assert "due late" not in page


def test_card_costs_the_same_however_long_the_history(
    signed_in: Client, scene: Scene, django_assert_max_num_queries
):
    for year in range(30):
        inspect(scene.lift, dt.date(1990 + year, 5, 1))
    signed_in.get(f"/units/{scene.lift.pk}/")  # a session notes when it was last used
    with django_assert_max_num_queries(12):
        signed_in.get(f"/units/{scene.lift.pk}/")


def test_list_shows_the_visible_units_only(client, scene: Scene):
    client.force_login(scene.world.chen)
    page = client.get("/").content.decode()
    assert f"/units/{scene.world.forklift_elsewhere.pk}/" in page
    assert f"/units/{scene.lift.pk}/" not in page


@pytest.mark.parametrize("words", ["梯11鲁A03622(20)", "31101088920190001", "泉城商场", "code"])
def test_list_finds_by_number_name_and_tag(signed_in: Client, scene: Scene, words):
    asked = scene.code.lower() if words == "code" else words
    page = signed_in.get("/", {"q": asked}).content.decode()
    assert f"/units/{scene.lift.pk}/" in page


def test_list_filters_by_kind_status_and_due(signed_in: Client, scene: Scene):
    lift, boiler = f"/units/{scene.lift.pk}/", f"/units/{scene.world.boiler.pk}/"
    page = signed_in.get("/", {"kind": "3"}).content.decode()
    assert lift in page
    assert boiler not in page
    page = signed_in.get("/", {"status": "unregistered"}).content.decode()
    assert lift not in page
    assert boiler in page
    assert lift not in signed_in.get("/", {"due": "overdue"}).content.decode()
    state(scene.lift, next_due_on=clock.today() - dt.timedelta(days=1))
    assert lift in signed_in.get("/", {"due": "overdue"}).content.decode()


def test_list_pages_by_keyset_without_loss(signed_in: Client, scene: Scene):
    made = {make_unit("3110", scene.world.lixia).pk for _ in range(PAGE_SIZE + 3)}
    first = signed_in.get("/").context["page"]
    second = signed_in.get(f"/?{first.following}").context["page"]
    seen = [unit.pk for unit in first.units + second.units]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
    assert second.following == ""


def all_pages(client: Client, query: str) -> list[int]:
    """The ids of all pages of a list, in its order."""
    found, following = [], query
    while following:
        page = client.get(f"/?{following}").context["page"]
        found += [unit.pk for unit in page.units]
        following = page.following
    return found


def test_list_sorted_by_what_is_due_next_loses_none(signed_in: Client, scene: Scene):
    made = [make_unit("3110", scene.world.lixia) for _ in range(PAGE_SIZE + 3)]
    for number, unit in enumerate(made[:-2]):
        state(unit, next_due_on=clock.today() + dt.timedelta(days=number % 7))
    state(scene.lift, next_due_on=clock.today() - dt.timedelta(days=1))
    found = all_pages(signed_in, "sort=due")
    days = [Unit.objects.get(pk=pk).next_due_on for pk in found]
    assert found[0] == scene.lift.pk
    assert {unit.pk for unit in made} <= set(found)
    assert len(found) == len(set(found))
    assert days == sorted(days, key=lambda day: day or dt.date.max)


def test_list_sorted_by_risk_has_the_worst_first_and_none_that_ended(
    signed_in: Client, scene: Scene
):
    made = [make_unit("3110", scene.world.lixia) for _ in range(PAGE_SIZE + 3)]
    gone = make_unit("3110", scene.world.lixia)
    state(gone, status=UnitStatus.CANCELLED)
    state(made[5], registered_on=dt.date(2020, 1, 1), status=UnitStatus.IN_USE)
    state(made[5], next_due_on=dt.date(2021, 1, 31), held_from=dt.date(2021, 1, 31))
    rebuild_figures()
    found = all_pages(signed_in, "sort=risk")
    scores = [UnitFigures.objects.get(pk=pk).score for pk in found]
    assert scores == sorted(scores, reverse=True)
    assert {unit.pk for unit in made} <= set(found)
    assert gone.pk not in found
    total = signed_in.get("/?sort=risk").context["page"].total
    assert total == len(found)


def test_list_says_how_many_there_are(signed_in: Client, scene: Scene):
    page = signed_in.get("/?kind=3", **ZH)
    assert page.context["page"].total == len(all_pages(signed_in, "kind=3"))
    assert f"共 {page.context['page'].total} 台设备" in page.content.decode()


def test_list_is_narrowed_to_a_region_below(client: Client, scene: Scene):
    client.force_login(scene.world.zhao)
    assert f'<option value="{scene.world.city.code}">' in client.get("/").content.decode()
    assert scene.lift.pk in all_pages(client, f"region={scene.world.city.code}")
    assert scene.lift.pk not in all_pages(client, f"region={scene.world.shizhong.code}")


def test_list_takes_nonsense_as_not_asked(signed_in: Client, scene: Scene):
    for query in (
        "after=-1",
        "after=99999999999999999999",
        "kind=%00",
        "q=%00%00",
        "due=x&status=y",
        "sort=due&after=2026-02-30_1",
        "sort=due&after=_1",
        "sort=risk&after=x_1",
        "sort=nothing&after=5",
    ):
        assert signed_in.get(f"/?{query}").status_code == 200
    assert signed_in.get("/units/99999999999999999999999/").status_code == 404


def test_list_costs_the_same_however_many_units(
    signed_in: Client, scene: Scene, django_assert_max_num_queries
):
    for _ in range(20):
        make_unit("3110", scene.world.lixia, scene.world.mall)
    signed_in.get("/")  # the names of regions are read once
    with django_assert_max_num_queries(10):
        signed_in.get("/")


def test_print_view_is_the_same_card_on_paper(signed_in: Client, scene: Scene):
    page = signed_in.get(f"/units/{scene.lift.pk}/print/").content.decode()
    assert "paper" in page
    assert "GZ-2019-1188" in page


def test_a_natural_person_is_masked_and_not_found_letter_by_letter(signed_in: Client, scene: Scene):
    person = scene.world.mall
    person.name, person.natural_person, person.phone = "张三丰", True, "13805310000"
    person.save()
    Unit.objects.filter(pk=scene.lift.pk).update(owner=person, maintainer=person)
    card, found = signed_in.get(f"/units/{scene.lift.pk}/"), signed_in.get("/?q=张三丰")
    for page in (card, found):
        assert "张**" in page.content.decode()
        assert "张三丰</" not in page.content.decode()
        assert "13805310000" not in page.content.decode()
    assert f"/units/{scene.lift.pk}/" not in signed_in.get("/?q=张三").content.decode()


def test_card_tells_what_looks_wrong_beside_the_record_and_of_the_units_own_number(
    signed_in: Client, scene: Scene
):
    quiet = signed_in.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()
    assert "另有设备使用同一使用登记证编号" not in quiet
    make_unit("3110", scene.world.lixia, certificate_no=scene.lift.certificate_no)
    page = signed_in.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()
    assert page.count("另有设备使用同一使用登记证编号") == 2


def test_rule_21_card_shows_the_class_by_the_facts_and_the_stated_one_where_it_differs(
    signed_in: Client, scene: Scene
):
    facts = {"deaths": 3, "derived_grade": "larger"}
    stated = put(
        scene.lift, Accident, Stage.ACCIDENT, dt.date(2025, 5, 1), grade="ordinary", **facts
    )
    page = signed_in.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()
    row = page[page.index(f'id="record-{stated.pk}"') :].split("</li>")[0]
    assert "<h3>较大事故</h3>" in row
    assert "<dt>所报等级</dt><dd>一般事故</dd>" in row
    assert "所报等级为“一般事故”，按事实应为“较大事故”。" in row


def test_rule_06_card_tells_since_when_a_unit_is_used_unregistered(signed_in: Client, scene: Scene):
    page = signed_in.get(f"/units/{scene.world.boiler.pk}/", **ZH).content.decode()
    assert "自 2020-02-10 起超期" in page
    page = signed_in.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()
    assert "未办理使用登记，自" not in page
