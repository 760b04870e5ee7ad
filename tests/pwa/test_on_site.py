"""What an inspector meets on site: a cut install, tags that the pack does not know, two windows, tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from backend.inspections.models import Report
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from tagging.actions import bind_tag
from tagging.codes import make_code
from tests.pwa.conftest import Phone
from tests.pwa.scenes import answer_all, look_up, overdue_lift, sign_in, take_pack
from tests.world import World

ALL_THERE = "全部已送达服务器"


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


def cut(route: Route) -> None:
    route.abort()


def test_the_app_starts_without_a_network_though_the_scanner_did_not_come(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    _world, (code, *_unused) = scene
    mine = phone()
    page = mine.on()
    mine.context.route("**/*.wasm", cut)
    sign_in(page)
    page.get_by_role("button", name="下载设备包").click()
    expect(page.get_by_text("扫码组件还没下载完")).to_be_visible()
    mine.kill()
    page = mine.on(offline=True)
    expect(page.get_by_text("本机 2 台设备")).to_be_visible()
    look_up(page, code)
    expect(page.get_by_role("heading", level=1)).to_have_text("标签有效，但设备：检验超期")

    # With a network the rest comes by itself.
    mine.context.set_offline(False)
    page.evaluate("location.hash = '/today'")
    expect(page.get_by_text("可离线使用")).to_be_visible()
    assert mine.errors == []


def test_a_tag_that_only_the_server_knows_is_not_called_in_service(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, (_code, later, _free) = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    expect(page.get_by_role("button", name="下载设备包")).to_be_visible()
    heading = page.get_by_role("heading", level=1)

    # Without a pack and a network the phone cannot tell, and says so.
    mine.context.set_offline(True)
    look_up(page, later)
    expect(heading).to_have_text("本机无法判断")
    bind_tag(actor=world.ou, code=later, unit=world.boiler)

    # The network comes back while the inspector still looks at it.
    mine.context.set_offline(False)
    expect(heading).to_have_text("标签有效，但设备：未办理使用登记")
    expect(page.get_by_text("服务器刚刚核对")).to_be_visible()
    assert mine.errors == []


def test_a_false_tag_scanned_without_a_network_is_told_in_the_outbox(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    assert scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    mine.context.set_offline(True)
    look_up(page, make_code())
    expect(page.get_by_role("heading", level=1)).to_have_text("辖区登记中没有此标签")
    page.evaluate("location.hash = '/outbox'")
    mine.context.set_offline(False)
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible()
    expect(page.get_by_text("登记中没有这个标签，请核实是否为假标签")).to_be_visible()


def test_one_window_works_on_a_report_and_after_filing_the_way_back_leads_to_no_twin(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    page.evaluate(f"location.hash = '/unit/{world.lift.pk}'")
    page.get_by_role("link", name="开始检验").click()
    answer_all(page)
    other = mine.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("正在另一个窗口填写")).to_be_visible()

    yesterday = clock.today() - dt.timedelta(days=1)
    page.get_by_label("检验日期", exact=True).fill(
        (clock.today() + dt.timedelta(days=1)).isoformat()
    )
    expect(page.get_by_text("检验日期不能晚于今天")).to_be_visible()
    page.get_by_label("检验日期", exact=True).fill(yesterday.isoformat())
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible()
    assert Report.objects.get().record.happened_on == yesterday

    page.go_back()
    expect(page.get_by_role("link", name="开始检验")).to_be_visible()
    page.evaluate("location.hash = '/today'")
    expect(page.get_by_text("今天已在本机提交")).to_be_visible()
    # The window that waited begins a report of its own now.
    expect(other.get_by_role("heading", name="检验报告")).to_be_visible()
    assert mine.errors == []


def test_a_phone_may_carry_the_units_of_its_tasks_alone(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, (code, _later, free) = scene
    plan_task(
        actor=world.ou, assignee=world.lin, unit=world.lift.pk, kind="periodic",
        planned_on=clock.today(),
    )  # fmt: skip
    mine = phone()
    page = mine.on()
    sign_in(page)
    expect(page.get_by_text("仅任务设备：1 台")).to_be_visible()
    page.get_by_role("button", name="只下载任务设备").click()
    expect(page.get_by_text("本机 1 台任务设备")).to_be_visible()
    mine.context.set_offline(True)
    heading = page.get_by_role("heading", level=1)
    look_up(page, code)
    expect(heading).to_have_text("标签有效，但设备：检验超期")
    page.get_by_role("button", name="再扫一个").click()
    look_up(page, free)
    expect(heading).to_have_text("本机无法判断")
    assert mine.errors == []
