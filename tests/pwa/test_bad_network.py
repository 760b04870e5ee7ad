"""A line that breaks in the middle of a photo; a correction; English, and large type."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from backend.evidence.models import File
from backend.inspections.models import Report
from bench.bad_network import BadNetwork
from tests.pwa.conftest import Phone
from tests.pwa.scenes import answer_all, overdue_lift, sign_in, take_pack
from tests.world import PASSWORD, World

ALL_THERE = "全部已送达服务器"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


def noise() -> bytes:
    """A photo that no phone makes small: several pieces of an upload."""
    side = 900
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(buffer, "JPEG")
    return buffer.getvalue()


def write_report(page: Page, world: World) -> None:
    """A report of the lift, answered but not filed."""
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    answer_all(page)


def delivered(page: Page) -> None:
    """Waits for the receipts of what was just filed: filing ends in the outbox."""
    page.wait_for_url("**#/outbox", wait_until="commit")
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible(timeout=120_000)


def test_a_photo_that_is_cut_in_the_middle_goes_on_by_itself(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], live_server
) -> None:
    world, _codes = scene
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    with BadNetwork(urlsplit(live_server.url).port or 0, share=0.0, seed=1) as network:
        mine = phone(base=f"http://127.0.0.1:{network.port}")
        page = mine.on()
        page.on("request", note)
        sign_in(page)
        take_pack(page)
        mine.context.set_offline(True)
        write_report(page, world)
        card = page.locator("section").filter(has=page.get_by_role("heading", name="照片"))
        picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": noise()}
        card.get_by_label("选照片").set_input_files([picture])
        expect(card.locator("img")).to_have_count(1)
        page.get_by_role("button", name="提交报告").click()
        expect(page.get_by_role("heading", name="2 项未送达")).to_be_visible()

        network.cut_next_connections(3, after=150_000)
        mine.context.set_offline(False)
        delivered(page)
    assert network.cut_upwards > 0
    assert any(offset > 0 and offset % (256 * 1024) for offset in offsets), offsets
    sent = Report.objects.get().record.evidence.get().file
    assert sent == File.objects.get()
    assert mine.errors == []


def test_a_report_is_corrected_from_the_phone(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    write_report(page, world)
    page.get_by_role("button", name="提交报告").click()
    delivered(page)
    first = Report.objects.get()

    page.get_by_role("link", name="更正", exact=True).click()
    expect(page.get_by_role("heading", name="更正报告")).to_be_visible()
    page.get_by_label("备注").fill("钢丝绳断丝三根")
    page.get_by_role("button", name="提交报告").click()
    # Without a reason nothing is corrected.
    expect(page.get_by_role("alert")).to_have_text("还有 1 项未填")
    page.get_by_label("更正原因").fill("漏填备注")
    page.get_by_role("button", name="提交报告").click()
    delivered(page)
    second = Report.objects.exclude(pk=first.pk).get()
    assert second.record.supersedes_id == first.record_id
    assert second.remark == "钢丝绳断丝三根"
    assert mine.errors == []


def test_the_screens_are_english_and_fit_in_large_type(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone(locale="en-GB")
    page = mine.on()
    page.get_by_label("User name").fill("lin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Take the pack").click()
    expect(page.get_by_text("2 units on this phone")).to_be_visible()
    page.evaluate("location.hash = '/settings'")
    page.get_by_role("switch", name="Large type").click()
    for place, word in (
        ("/today", "Overdue"),
        ("/scan", "Type the tag code"),
        ("/outbox", "Nothing here"),
        (f"/unit/{world.lift.pk}", "Start inspection"),
        (f"/report/{world.lift.pk}", "File the report"),
        ("/settings", "Large type"),
    ):
        page.evaluate(f"location.hash = '{place}'")
        expect(page.get_by_text(word).first).to_be_visible()
        assert page.evaluate(WIDER) <= 0, place
    page.reload()
    expect(page.get_by_role("switch", name="Large type")).to_be_checked()
    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("class")) == ("en", "large")
    assert mine.errors == []
