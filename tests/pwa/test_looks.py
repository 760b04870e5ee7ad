"""Every screen of the phone, light and dark: nothing that axe-core finds wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import DeviceToken
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from dev.paths import ROOT
from tests.pwa.conftest import Phone
from tests.pwa.scenes import look_up, overdue_lift, sign_in, take_pack
from tests.world import World

AXE = (ROOT / "mobile_api/pwa/node_modules/axe-core/axe.min.js").read_text()
RUN = """async () => (await axe.run(document)).violations.map(({ id, nodes }) =>
  [id, ...nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`)])"""


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``; the lift is a task of today and its user can be called."""
    world, codes = overdue_lift()
    world.mall.phone = "0531-86012345"
    world.mall.save()
    plan_task(
        actor=world.ou, assignee=world.lin, unit=world.lift.pk, kind="periodic",
        planned_on=clock.today(), note="使用单位要求上午",
    )  # fmt: skip
    return world, codes


def wrong_with(page: Page) -> list[Any]:
    """What axe-core finds on the screen, in the light and in the dark."""
    found: list[Any] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(AXE)
        found += [[scheme, *one] for one in page.evaluate(RUN)]
    return found


def test_axe_finds_nothing_on_any_screen(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], shots: Any
) -> None:
    world, (code, *_unused) = scene
    mine = phone()
    page = mine.on()
    found: dict[str, list[Any]] = {}

    def examine(name: str) -> None:
        shots(page, f"looks-{name}")
        found[name] = wrong_with(page)

    expect(page.get_by_label("用户名")).to_be_visible()
    examine("signin")
    sign_in(page)
    expect(page.get_by_role("button", name="下载设备包")).to_be_visible()
    examine("take")
    take_pack(page)

    def to(place: str) -> None:
        page.evaluate(f"location.hash = '{place}'")

    to(f"/unit/{world.lift.pk}")
    expect(page.get_by_role("link", name="打电话")).to_have_attribute("href", "tel:053186012345")
    expect(page.get_by_text("联网后显示历史与照片。")).to_have_count(0)
    examine("unit")

    page.get_by_role("link", name="开始检验").click()
    first = page.locator(".entries > li").first
    first.get_by_role("radio", name="不合格", exact=True).click()
    first.get_by_role("button", name="在此项登记隐患").click()
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_text("项未填")).to_be_visible()
    examine("report")
    page.locator("#conclusion").scroll_into_view_if_needed()
    shots(page, "looks-report-end")
    # What is missing is told on a ground of its own, not on what scrolls beneath.
    ground = page.locator(".report .bottom").evaluate(
        "box => getComputedStyle(box).backgroundColor"
    )
    assert ground.startswith("rgb("), ground

    to("/today")
    expect(page.get_by_role("heading", name="未完成的报告")).to_be_visible()
    examine("today")
    look_up(page, "0")
    expect(page.get_by_role("alert")).to_be_visible()
    examine("scan")
    look_up(page, code)
    expect(page.get_by_role("heading", level=1)).to_contain_text("检验超期")
    examine("verdict")
    to("/outbox")
    expect(page.locator("li.item").first).to_be_visible()
    examine("outbox")
    to("/pack")
    expect(page.get_by_role("button", name="下载设备包")).to_be_visible()
    examine("pack")

    to(f"/report/{world.boiler.pk}")
    page.get_by_role("button", name="项合格").click()
    page.get_by_role("radio", name="不符合要求", exact=True).click()
    for field in page.locator(".entries > li").filter(has_text="必填").locator("input").all():
        field.fill("1")
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("dialog", name="报告前后不一致")).to_be_visible()
    examine("doubts")
    page.get_by_role("button", name="返回修改").click()

    to("/settings")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    examine("settings")
    page.get_by_role("switch", name="大字").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    examine("settings-large-english")
    DeviceToken.objects.update(expiry=clock.now())
    page.reload()
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    examine("expired-english")
    wrong = {name: faults for name, faults in found.items() if faults}
    assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
    assert mine.errors == []
