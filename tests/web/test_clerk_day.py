"""A clerk's day in a browser, by the keyboard: a unit entered, labels printed, a table with bad rows
imported, a held report settled, a month's visits planned; each page as everybody may see it."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from backend.exchange.tasks import run_import
from backend.fieldwork.models import Item
from backend.inspections.models import Task
from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.units.models import Manufacture, Unit, UnitStatus
from tagging.models import Batch, Binding
from tagging.tasks import print_labels
from tests.axe import violations
from tests.exchange.tables import HEADER, numbered
from tests.fieldwork.items import item, report_body, take
from tests.web.builders import make_scene
from tests.workers import celery_worker
from tests.world import PASSWORD, World, build, make_unit

PICTURES = os.environ.get("PICTURES", "")
"""A folder to save what was seen, or nothing."""
PATIENCE_MS = 60_000
CODE = "31101037020240007"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker that does what the clerk orders, and nobody else's orders."""
    queue = f"test-{uuid.uuid4()}"
    for task in (run_import, print_labels):
        monkeypatch.setattr(task, "queue", queue, raising=False)
        monkeypatch.setattr(task, "_exec_options", None)
    with celery_worker(queue=queue, pool="solo"):
        yield


def reach(page: Page, wanted: Locator) -> None:
    """Go to ``wanted`` by the key that everybody has for it."""
    for _step in range(150):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {wanted} by the keyboard")


def field(page: Page, label: str) -> Locator:
    """The field of this label."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}[:：]?$"))


def write(page: Page, label: str, text: str) -> None:
    """Go to the field and type."""
    reach(page, field(page, label))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page: Page, name: str, role: Any = "button", key: str = "Enter") -> None:
    """Go to the button or link and press it; the next page is there afterwards."""
    reach(page, page.get_by_role(role, name=name, exact=True).last)
    with page.expect_navigation():
        page.keyboard.press(key)


def look(page: Page, name: str) -> None:
    """Nobody is kept out, and nothing is wider than the screen, whatever the screen."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{name} {width} {scheme}: {fault}" for fault in violations(page)]
            if PICTURES:
                picture = Path(PICTURES) / f"day-{name}-{width}-{scheme}.png"
                page.screenshot(path=picture, full_page=True)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} is wider than {width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not found, "\n".join(found)


def sign_in(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/accounts/login/")
    reach(page, page.locator("input[name=login]"))
    page.keyboard.type(username)
    reach(page, page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def enter_unit(page: Page, world: World) -> Unit:
    press(page, "登记设备", "link")
    page.keyboard.type("曳引驱动乘客")
    look(page, "kind")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page, "kinds-found")
    reach(page, page.get_by_role("link", name="3110"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    write(page, "使用地点", "经十路7号")
    write(page, "经度（度）", "117.05")
    reach(page, field(page, "使用单位"))
    page.keyboard.type("泉城商场")
    page.wait_for_selector(f"datalist option[value*='{world.mall.name}']", state="attached")
    write(page, "设备代码", "3110")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page, "unit-refused")
    assert field(page, "使用地点").input_value() == "经十路7号"
    write(page, "纬度（度）", "36.65")
    write(page, "设备代码", CODE)
    press(page, "登记入库")
    look(page, "stages")
    return Unit.objects.get(device_code=CODE)


def file_manufacture(page: Page, unit: Unit) -> None:
    press(page, "制造", "link")
    write(page, "制造单位", "山东泰山电梯制造有限公司")
    field(page, "日期").fill("2024-03-01")
    look(page, "record")
    press(page, "提交记录")
    look(page, "card")
    assert Manufacture.objects.get(unit=unit).maker == "山东泰山电梯制造有限公司"


def print_tag(page: Page, unit: Unit) -> None:
    page.goto(page.url.partition("/units/")[0])
    press(page, "标签", "link")
    write(page, "数量", "30")
    look(page, "tags")
    press(page, "生成")
    look(page, "batch")
    press(page, "打印")
    page.wait_for_selector("text=下载标签页（PDF）", timeout=PATIENCE_MS)
    look(page, "labels-printed")
    reach(page, page.get_by_role("link", name="下载标签页（PDF）"))
    with page.expect_download() as sheets:
        page.keyboard.press("Enter")
    assert Path(sheets.value.path()).read_bytes().startswith(b"%PDF")
    page.goto(f"{page.url.partition('/desk/')[0]}/units/{unit.pk}/")
    press(page, "绑定标签", "link")
    write(page, "标签编号", Batch.objects.get(count=30).tags.order_by("code")[0].code)
    look(page, "tag-of-unit")
    press(page, "绑定标签")
    assert Binding.objects.filter(unit=unit, unbound_at=None).exists()


def import_table(page: Page, folder: Path) -> None:
    page.goto(page.url.partition("/units/")[0])
    press(page, "批量导入", "link")
    look(page, "imports")
    bad = [["XX", "3110", "370102", "泉城路", "", "", ""],
           ["31101037020150091", "9999", "370102", "泉城路9号", "", "", ""]]  # fmt: skip
    send_table(page, folder / "设备.csv", [*numbered(3), *bad])
    assert page.locator("tbody tr").count() == 2
    look(page, "bad-rows")
    reach(page, page.get_by_role("link", name="下载未导入的行（CSV）"))
    with page.expect_download() as given:
        page.keyboard.press("Enter")
    header, first, _second = Path(given.value.path()).read_text("utf-8-sig").splitlines()
    mended = folder / "改正.csv"
    mended.write_text(f"{header}\n{first.replace('XX', CODE[:-1] + '9')}\n", "utf-8-sig")
    press(page, "批量导入", "link")
    send_file(page, mended)
    assert "未导入的行" not in page.content()
    assert Unit.objects.filter(device_code=CODE[:-1] + "9").exists()


def send_table(page: Page, path: Path, rows: list[list[str]]) -> None:
    path.write_text("\n".join(",".join(row) for row in (HEADER, *rows)), "utf-8-sig")
    send_file(page, path)


def send_file(page: Page, path: Path) -> None:
    """Choose the file, in the system's own window, and wait until the page says what came of it."""
    field(page, "表格（.csv 或 .xlsx）").set_input_files(path)
    press(page, "导入")
    page.wait_for_selector("text=读取行数", timeout=PATIENCE_MS)
    page.wait_for_selector("#progress:not([data-watched])", timeout=PATIENCE_MS)


def settle_report(page: Page, held: Item) -> None:
    press(page, "待处理外勤数据", "link")
    look(page, "held-items")
    reach(page, page.locator(f"a[href='/desk/held-items/{held.pk}/']"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page, "held-item")
    reach(page, field(page, "检验结论"))
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    press(page, "提交处理")
    held.refresh_from_db()
    assert held.state == Item.State.ACCEPTED


def plan_month(page: Page, world: World, month: dt.date, units: list[Unit]) -> None:
    press(page, "月度检查计划", "link")
    press(page, "下个月", "link")
    look(page, "month")
    for unit in units:
        reach(page, page.locator(f"input[name=units][value='{unit.pk}']"))
        page.keyboard.press("Space")
    reach(page, field(page, "检查人员"))
    page.keyboard.type("Lin")
    field(page, "日期").fill(f"{month + dt.timedelta(days=2):%Y-%m-%d}")
    press(page, "安排检查")
    look(page, "month-planned")
    assert Task.objects.filter(assignee=world.lin, unit__in=units).count() == len(units)


@pytest.mark.django_db(transaction=True)
def test_a_clerk_who_never_used_curl_does_a_day_of_work_by_the_keyboard(
    live_server: Any, browser: Browser, worker: None, tmp_path: Path
) -> None:
    world = build()
    make_scene(world)
    [held] = take(world.lin, item("report", report_body(world.lift, conclusion="good")))
    month = add_months(month_start(clock.today()), 1)
    in_use = {"status": UnitStatus.IN_USE, "registered_on": dt.date(2020, 1, 8)}
    due = [
        make_unit(
            "3110", world.lixia, world.mall, next_due_on=month, internal_no=f"{n}号", **in_use
        )
        for n in range(3)
    ]
    page = browser.new_context(locale="zh-CN").new_page()
    sign_in(page, live_server.url, "rui")
    unit = enter_unit(page, world)
    file_manufacture(page, unit)
    print_tag(page, unit)
    import_table(page, tmp_path)
    page = browser.new_context(locale="zh-CN").new_page()
    sign_in(page, live_server.url, "ou")
    settle_report(page, held)
    plan_month(page, world, month, due[:2])
