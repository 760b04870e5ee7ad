"""The risk map in a real browser: drawn, drilled, sent as a link, on a phone, without scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect

from backend.hotline.models import Cluster
from backend.lib import clock
from backend.risk.full_rebuild import rebuild_figures
from geo.shapes import build_shapes
from tests.conftest import CHROMIUM
from tests.web.builders import state
from tests.workers import until
from tests.world import World, build

PATIENCE = 120_000
"""Milliseconds: a machine without a graphics card draws slowly."""
WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="module")
def drawing_chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    """Chromium without a head that can draw maps."""
    args = ["--no-sandbox", "--disable-background-networking", *WEBGL]
    with playwright_driver.chromium.launch(executable_path=CHROMIUM, args=args) as chromium:
        yield chromium


@pytest.fixture
def drawing_browser(drawing_chromium: Browser) -> Iterator[Browser]:
    """One that can draw maps, in which nobody has been."""
    yield drawing_chromium
    for context in drawing_chromium.contexts:
        context.close()


def mapped() -> World:
    """The cast, with boundaries, scores and figures; the lift is overdue and stands somewhere."""
    world = build()
    state(
        world.lift,
        status="in_use",
        registered_on=dt.date(2020, 1, 8),
        next_due_on=clock.today() - dt.timedelta(days=40),
        position=Point(117.05, 36.65, srid=4326),
    )
    build_shapes()
    rebuild_figures()
    return world


def opened(browser: Browser, live_server: Any, user: Any, **options: Any) -> tuple[Page, list[str]]:
    """A page signed in as ``user``, and what its console complains of."""
    client = Client()
    client.force_login(user)
    settings = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"} | options
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    return page, complaints


def drawn(page: Page) -> None:
    """Waits until the map has nothing left to draw."""
    page.wait_for_selector("body.map-drawn")


@pytest.mark.django_db(transaction=True)
def test_the_map_draws_drills_and_keeps_its_state_in_the_address(live_server, drawing_browser):
    world = mapped()
    page, complaints = opened(drawing_browser, live_server, world.zhao)
    page.goto(f"{live_server.url}/risk/")
    drawn(page)
    codes = "riskMap.querySourceFeatures('regions', {sourceLayer: 'regions'})"
    assert page.evaluate(f"{codes}.length") > 0

    page.locator(".ranking a", has_text="济南市").click()
    expect(page.locator("#region")).to_have_text("济南市", timeout=PATIENCE)
    page.locator(".ranking a", has_text="历下区").click()
    expect(page.locator("#region")).to_have_text("历下区", timeout=PATIENCE)
    assert page.url.endswith("?region=370102")
    page.go_back()
    expect(page.locator("#region")).to_have_text("济南市", timeout=PATIENCE)
    page.go_forward()
    expect(page.locator("#region")).to_have_text("历下区", timeout=PATIENCE)
    page.locator(f".worst a[href='/units/{world.lift.pk}/']").click()
    page.wait_for_url(f"**/units/{world.lift.pk}/")
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_link_opens_the_same_map_and_a_unit_tells_why(live_server, drawing_browser):
    world = mapped()
    page, complaints = opened(drawing_browser, live_server, world.ou)
    page.goto(f"{live_server.url}/risk/?z=15&lng=117.05&lat=36.65&kind=3")
    drawn(page)
    assert page.evaluate("Math.round(riskMap.getZoom())") == 15
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = page.locator(".unit-card")
    expect(card.locator("li").first).to_be_visible(timeout=PATIENCE)
    expect(card.locator("strong")).to_have_text("电梯 · 31101088920190001")
    expect(card.get_by_role("link", name="打开设备档案")).to_have_attribute(
        "href", f"/units/{world.lift.pk}/"
    )
    expect(card.get_by_role("link", name="在此安排检查")).to_be_visible()
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_clusters_are_switched_on_by_keyboard_and_lead_to_their_letters(
    live_server, drawing_browser
):
    world, yesterday = mapped(), clock.today() - dt.timedelta(days=1)
    found = Cluster.objects.create(
        found_on=yesterday, centre_id="370102", regions=["370102", "370103"], since=yesterday,
        observed=24, expected=2.5, p=0.001,
    )  # fmt: skip
    page, complaints = opened(drawing_browser, live_server, world.zhao, color_scheme="dark")
    page.goto(f"{live_server.url}/risk/?region=370100")
    drawn(page)
    group = page.locator(".chips summary", has_text="同时显示")
    group.focus()
    page.keyboard.press("Enter")
    page.locator(".chips a", has_text="来件聚集区").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cluster-ring")).to_be_visible(timeout=PATIENCE)
    drawn_clusters = "riskMap.getLayer('clusters') && riskMap.queryRenderedFeatures({layers: ['clusters']}).length"
    until(lambda: page.evaluate(drawn_clusters), 120)
    middle = page.evaluate("(({x, y}) => [x, y])(riskMap.project([117.06, 36.66]))")
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + middle[0], box["y"] + middle[1])
    card = page.locator(".unit-card")
    expect(card).to_contain_text("24 件，预期 2.5 件", timeout=PATIENCE)
    card.get_by_role("link", name="查看来件").click()
    page.wait_for_url(f"**/hotline/clusters/{found.pk}/")
    expect(page.locator("h1")).to_have_text("历下区、市中区")
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_without_scripts_the_table_drills_all_the_same(live_server, browser):
    world = mapped()
    page, _ = opened(browser, live_server, world.zhao, java_script_enabled=False)
    page.goto(f"{live_server.url}/risk/")
    for name in ("济南市", "历下区"):
        page.locator(".ranking a", has_text=name).click()
        expect(page.locator("#region")).to_have_text(name)
    expect(page.locator(".worst li")).to_have_count(2)


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_nothing_is_wider_than_the_screen_and_all_is_named(live_server, browser):
    world = mapped()
    page, _ = opened(
        browser, live_server, world.zhao,
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        java_script_enabled=False,
    )  # fmt: skip
    page.goto(f"{live_server.url}/risk/?region=370100")
    assert page.locator("main").bounding_box()["width"] <= 390
    assert page.locator(".figures").bounding_box()["width"] <= 390
    assert page.locator("h1").count() == 1
    for field in page.locator("input:not([type=hidden])").all():
        name = field.get_attribute("id")
        assert page.locator(f"label[for='{name}']").count() == 1
    for link in page.locator("main a").all():
        # Of the element, not as drawn: some links stand in menus that are closed.
        assert link.get_attribute("aria-label") or (link.text_content() or "").strip()
    assert page.locator("table th:not([scope])").count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_focus_stays_where_a_link_of_the_panel_led(live_server, drawing_browser):
    page, complaints = opened(drawing_browser, live_server, mapped().zhao)
    page.goto(f"{live_server.url}/risk/")
    focused = "document.activeElement"

    def led(link: Any) -> None:
        with page.expect_response("**/risk/?*"):
            link.press("Enter")
        page.wait_for_selector("body:not([aria-busy])")

    led(page.locator(".ranking tbody a").first)
    assert page.evaluate(f"{focused}.id") == "region"
    page.locator(".chips summary").nth(1).press("Enter")
    led(page.locator(".chips details[open] a", has_text="电梯"))
    assert page.evaluate(f"{focused}.textContent") == "种类：电梯"
    led(page.locator(".ranking thead a").nth(2))
    assert page.evaluate(f"{focused}.closest('th').cellIndex") == 2
    assert complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_open_filters_cover_nothing_and_no_column_is_cut(live_server, browser, width, locale):
    look = {"viewport": {"width": width, "height": 900}, "locale": locale}
    page, _complaints = opened(browser, live_server, mapped().zhao, **look)
    page.goto(f"{live_server.url}/risk/")
    for group in page.locator(".chips details").all():
        group.locator("summary").click()
        inside = group.locator("ul").bounding_box()
        assert inside is not None
        for other in page.locator(".chips summary").all():
            box = other.bounding_box()
            assert box is not None
            assert (
                box["y"] + box["height"] <= inside["y"]
                or box["y"] >= inside["y"] + inside["height"]
            )
        group.locator("summary").click()
    scroll = page.locator(".ranking .scroll")
    assert scroll.evaluate("box => box.scrollWidth - box.clientWidth") == 0


@pytest.mark.django_db(transaction=True)
def test_a_browser_that_cannot_draw_says_so_and_shows_the_table(live_server, playwright_driver):
    args = ["--no-sandbox", "--disable-3d-apis"]
    chromium = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=args)
    page, complaints = opened(chromium, live_server, mapped().zhao)
    page.goto(f"{live_server.url}/risk/")
    expect(page.locator("#map")).to_contain_text("WebGL")
    expect(page.locator(".ranking table")).to_be_visible()
    page.locator(".ranking a", has_text="济南市").click()
    expect(page.locator("#region")).to_have_text("济南市", timeout=PATIENCE)
    chromium.close()
    assert complaints == []
