"""The risk map's page as the server makes it: figures, table, filters, months, search, planning."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from backend.inspections.models import Task
from backend.lib import clock
from backend.risk import weights
from backend.risk.full_rebuild import rebuild_figures
from backend.web.base_map import to_base_datum
from backend.web.risk.colour_scales import COLOUR_SCALES, DEFAULT_SCALE
from backend.web.unit_list import FIGURES
from geo.datum import Datum, convert_position
from tests.web.builders import state
from tests.world import World, make_unit

EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def figures(world: World) -> World:
    """The cast with scores and figures; the lift is overdue and stands at a known place."""
    state(
        world.lift,
        status="in_use",
        registered_on=dt.date(2020, 1, 8),
        next_due_on=clock.today() - dt.timedelta(days=40),
        position=Point(117.05, 36.65, srid=4326),
        address="泉城路188号",
    )
    rebuild_figures()
    return world


def see(client: Client, user: object, query: str = "") -> str:
    client.force_login(user)  # type: ignore[arg-type]
    response = client.get(f"/risk/{query}", **EN)
    assert response.status_code == 200
    return response.content.decode()


def test_the_map_needs_sign_in(client: Client, figures: World):
    response = client.get("/risk/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_home_leads_to_the_map(client: Client, figures: World):
    client.force_login(figures.zhao)
    assert 'href="/risk/"' in client.get("/").content.decode()


def test_the_map_opens_on_the_own_county_and_shows_nothing_of_the_neighbour(client, figures):
    for query in ("", "?region=370103", "?region=370100", "?region=370000", "?q=市中"):
        page = see(client, figures.ou, query)
        assert '<h1 id="region" tabindex="-1">历下区</h1>' in page
        assert "市中" not in page.replace("?q=市中", "").replace('value="市中"', "")


def test_the_province_sees_the_whole_and_drills_by_links(client, figures):
    page = see(client, figures.zhao)
    assert 'href="?region=370100"' in page
    page = see(client, figures.zhao, "?region=370100")
    assert 'href="?region=370102"' in page
    assert 'href="?region=370103"' in page
    page = see(client, figures.zhao, "?region=370102")
    assert f'href="/units/{figures.lift.pk}/"' in page


def test_figures_are_those_of_the_region(client, figures):
    client.force_login(figures.zhao)
    shown = {region: client.get("/risk/", {"region": region}).context["panel"].figures for region in
             ("370000", "370100", "370102", "370103")}  # fmt: skip
    assert [shown[code][0]["value"] for code in shown] == ["3", "3", "2", "1"]
    assert [shown[code][1]["value"] for code in shown] == ["1", "1", "1", "0"]


def test_the_table_is_sorted_by_its_heads(client, figures):
    client.force_login(figures.zhao)
    order = {}
    for sort in ("-units", "units", "-name"):
        rows = client.get("/risk/", {"region": "370100", "sort": sort}).context["panel"].rows
        order[sort] = [row.code for row in rows]
    assert order["-units"] == ["370102", "370103"]
    assert order["units"] == order["-name"] == ["370103", "370102"]
    page = see(client, figures.zhao, "?region=370100&sort=-units")
    assert 'aria-sort="descending"' in page


def test_filters_narrow_the_figures_and_stay_in_every_link(client, figures):
    client.force_login(figures.zhao)
    answer = client.get("/risk/?region=370102&kind=3&status=in_use&due=overdue&by=overdue", **EN)
    assert answer.context["panel"].figures[0]["value"] == "1"
    page = answer.content.decode()
    assert "kind=3" in re.search(r'href="(\?[^"]*)"[^>]*>山东省', page)[1]
    assert 'aria-current="true">overdue' in page
    assert "Clear filters" in page


def test_nonsense_in_the_address_counts_as_not_given(client, figures):
    for query in (
        "?region=999999&month=2026-13&kind=x,%00&status=,&due=never&by=%27&sort=-nothing&q=%00",
        "?region=37&month=9999-01&z=a&lat=1e99&lng=",
        "?kind=" + "3," * 500,
    ):
        assert "山东省" in see(client, figures.zhao, query)


@pytest.mark.parametrize("words", ["31101088920190001", "泉城商场", "泉城路188"])
def test_search_finds_units_by_number_name_and_address(client, figures, words):
    page = see(client, figures.ou, f"?q={words}")
    assert f'href="/units/{figures.lift.pk}/"' in page.split('id="ranking"')[0]


def test_each_figure_is_a_link_to_exactly_the_units_behind_it(client, figures):
    client.force_login(figures.zhao)
    panel = client.get("/risk/", {"region": "370102"}, **EN).context["panel"]
    linked = [figure for figure in panel.figures if figure.get("href")]
    assert len(linked) == len(FIGURES)
    for figure in linked:
        assert len(client.get(figure["href"], **EN).context["rows"]) == int(figure["value"])
    for row in client.get("/risk/", {"region": "370100"}, **EN).context["panel"].rows:
        answer = client.get(row.lists["units"], **EN)
        assert len(answer.context["rows"]) == row.figures["units"]


def test_a_list_behind_a_figure_names_it_and_shows_nothing_of_the_neighbour(client, figures):
    client.force_login(figures.ou)
    answer = client.get("/?region=370102&figure=overdue", **EN)
    assert "历下区 · overdue" in answer.content.decode()
    assert not client.get("/?region=370103&figure=units", **EN).context["rows"]


def test_a_month_that_is_over_and_several_kinds_have_no_lists(client, figures):
    client.force_login(figures.zhao)
    panel = client.get("/risk/?kind=3,5", **EN).context["panel"]
    assert not any(figure.get("href") for figure in panel.figures)


def test_each_class_of_colour_is_a_fifth_of_the_regions_shown():
    shown = [{"units": 100, "tail": share} for share in range(1, 11)]
    measure = COLOUR_SCALES[DEFAULT_SCALE].with_limits_among(shown)
    levels = [measure.level(measure.value_of(figures)) for figures in shown]
    assert [levels.count(level) for level in range(1, 6)] == [2, 2, 2, 2, 2]
    assert measure.by_fifths


@pytest.mark.parametrize("shares", [[1, 50, 60], [0] * 17])
def test_few_regions_or_equal_ones_keep_the_fixed_limits(shares):
    shown = [{"units": 100, "tail": share} for share in shares]
    assert COLOUR_SCALES[DEFAULT_SCALE].with_limits_among(shown) == COLOUR_SCALES[DEFAULT_SCALE]


def test_the_legend_says_that_the_top_class_must_not_be_used(client, figures):
    legend = see(client, figures.zhao).split('id="legend"')[1].split("late-ring")[0]
    assert "must not be used" in legend
    assert f"0 – {weights.get_model_in_force(clock.today()).classes.begin[0] - 1}" in legend


def test_search_finds_regions_by_name_and_code(client, figures):
    for words in ("历下", "370102"):
        found = see(client, figures.zhao, f"?q={words}").split('class="found"')[1]
        assert 'href="?region=370102"' in found


def test_the_page_asks_the_database_as_often_for_many_units(
    client, figures, django_assert_max_num_queries
):
    for _ in range(20):
        make_unit("3110", figures.lixia, figures.mall)
    rebuild_figures()
    client.force_login(figures.zhao)
    with django_assert_max_num_queries(20):
        client.get("/risk/?region=370102")


def test_an_enterprise_sees_regions_of_its_own_units_only(client, figures):
    rows = see(client, figures.qian, "?region=370100").split('class="ranking"')[1]
    assert "历下区" in rows
    assert "市中区" not in rows
    rows = see(client, figures.zhao, "?region=370100").split('class="ranking"')[1]
    assert "市中区" in rows


def test_a_check_is_planned_from_the_map(client, figures):
    client.force_login(figures.zhao)
    path = f"/units/{figures.lift.pk}/plan/"
    assert "Lin" in client.get(path).content.decode()
    body = {"assignee": figures.lin.pk, "planned_on": clock.today(), "kind": "periodic"}
    assert client.post(path, body).status_code == 302
    task = Task.objects.get()
    assert (task.unit_id, task.assignee, task.created_by) == (
        figures.lift.pk, figures.lin, figures.zhao,
    )  # fmt: skip


def test_who_inspects_elsewhere_is_not_offered_and_not_taken(client, figures):
    client.force_login(figures.zhao)
    path = f"/units/{figures.lift.pk}/plan/"
    assert "Chen" not in client.get(path).content.decode()
    body = {"assignee": figures.chen.pk, "planned_on": clock.today(), "kind": "periodic"}
    assert client.post(path, body).status_code == 200
    assert not Task.objects.exists()


def test_a_check_in_the_past_is_refused_with_the_reason(client, figures):
    client.force_login(figures.zhao)
    body = {"assignee": figures.lin.pk, "planned_on": "2020-01-01", "kind": "periodic"}
    page = client.post(f"/units/{figures.lift.pk}/plan/", body, **EN).content.decode()
    assert "Plan for today or later." in page
    assert not Task.objects.exists()


def test_planning_needs_the_right_and_the_unit(client, figures):
    client.force_login(figures.lin)
    assert client.get(f"/units/{figures.lift.pk}/plan/").status_code == 403
    client.force_login(figures.ou)
    assert client.get(f"/units/{figures.forklift_elsewhere.pk}/plan/").status_code == 404


def test_nothing_foreign_is_let_in_unless_a_base_map_is_chosen(client, figures, settings):
    client.force_login(figures.zhao)
    policy = client.get("/risk/")["Content-Security-Policy"]
    assert "https://" not in policy.replace(settings.S3_PUBLIC_ENDPOINT_URL, "")
    settings.TIANDITU_KEY = "abc"
    policy = client.get("/risk/")["Content-Security-Policy"]
    assert "connect-src 'self' https://t0.tianditu.gov.cn" in policy


def test_on_a_base_map_of_gcj_02_places_are_shifted(settings):
    place = (117.05, 36.65)
    assert to_base_datum(*place) == place
    settings.BASE_MAP_TILES = ["https://tiles.example.cn/{z}/{x}/{y}.png"]
    settings.BASE_MAP_DATUM = "GCJ02"
    shifted = to_base_datum(*place)
    assert shifted == convert_position(*place, Datum.WGS84, Datum.GCJ02)
    metres = ((shifted[0] - place[0]) * 89_000, (shifted[1] - place[1]) * 111_000)
    assert (metres[0] ** 2 + metres[1] ** 2) ** 0.5 > 100
