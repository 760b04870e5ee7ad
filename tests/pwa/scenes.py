"""What the tests of the client begin with, and what a person does on its screens."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Page, expect

from backend.inspections.checklist_files import load_checklists
from backend.lib import clock
from tagging.actions import bind_tag, mint_batch
from tests.inspections.drafting import put_in_use
from tests.world import PASSWORD, World, build


def overdue_lift() -> tuple[World, list[str]]:
    """A lift of 历下 that is overdue, the code of its tag, and two codes of unused tags."""
    world = build()
    load_checklists()
    put_in_use(world, world.lift, clock.today() - dt.timedelta(days=800))
    batch = mint_batch(actor=world.ou, count=3)
    codes = list(batch.tags.order_by("code").values_list("code", flat=True))
    bind_tag(actor=world.ou, code=codes[0], unit=world.lift)
    return world, codes


def sign_in(page: Page, username: str = "lin") -> None:
    """As the person would, by the labels on the screen."""
    if page.get_by_label("用户名").is_editable():
        page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def take_pack(page: Page, units: int = 2) -> None:
    """Fetches the pack, and waits until the app can start without a network."""
    page.get_by_role("button", name="下载设备包").click()
    expect(page.get_by_text(f"本机 {units} 台设备")).to_be_visible()
    expect(page.get_by_text("可离线使用")).to_be_visible()


def look_up(page: Page, code: str) -> None:
    """Types a code on the screen of the scanner."""
    page.evaluate("location.hash = '/scan'")
    page.get_by_label("输入标签编号").fill(code)
    page.get_by_role("button", name="查询", exact=True).click()


def answer_all(page: Page) -> None:
    """Passes every item that must be answered, and the whole."""
    expect(page.locator(".entries > li").first).to_be_visible()
    for item in page.locator(".entries > li").filter(has_text="必填").all():
        item.get_by_role("radio", name="合格", exact=True).click()
    page.locator("#conclusion").get_by_role("radio", name="合格", exact=True).click()
