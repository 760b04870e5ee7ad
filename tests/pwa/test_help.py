"""What spares an inspector touches: defects at the item, the rest passed, a scanner that types, whom to call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from backend.accounts.actions import end_own_sign_in
from backend.accounts.models import DeviceToken
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from tests.pwa.conftest import Phone
from tests.pwa.scenes import overdue_lift, sign_in, take_pack
from tests.world import World

IMAGES = Path(__file__).parent.parent / "evidence" / "images"
ALL_THERE = "全部已送达服务器"
ROWS = """(store) => new Promise(done => {
  const open = indexedDB.open('jinzhi-field');
  open.onsuccess = () => {
    const all = open.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => { open.result.close(); done(all.result.length); };
  };
})"""


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


def test_a_defect_is_told_at_its_item_and_the_rest_is_passed_at_once(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    odd = page.locator(".entries > li").nth(1)
    odd.get_by_role("radio", name="不合格", exact=True).click()
    odd.get_by_role("button", name="在此项登记隐患").click()
    expect(odd.get_by_label("隐患描述")).to_be_focused()
    odd.get_by_label("隐患描述").fill("标志脱落")
    odd.get_by_label("选照片").set_input_files(IMAGES / "hopper.jpg")
    expect(odd.locator("img")).to_have_count(1)
    page.get_by_role("button", name="项合格").click()
    expect(page.get_by_role("button", name="项合格")).to_have_count(0)
    expect(odd.get_by_role("radio", name="不合格", exact=True)).to_be_checked()

    # A draft stands on the first screen, with a badge.
    page.evaluate("location.hash = '/today'")
    begun = page.locator("section").filter(has=page.get_by_role("heading", name="未完成的报告"))
    expect(begun.get_by_text("草稿")).to_be_visible()
    expect(page.get_by_label("1 份未完成的报告")).to_be_visible()
    begun.get_by_role("link").click()
    page.locator("#conclusion").get_by_role("radio", name="不合格", exact=True).click()
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible(timeout=60_000)
    report = Report.objects.get()
    asked = [item["id"] for item in report.checklist.items if item["type"] == "pass_fail"]
    assert report.answers == dict.fromkeys(asked, "pass") | {asked[1]: "fail"}
    defect: Any = report.defects.get()
    assert (defect.item, defect.text) == (asked[1], "标志脱落")
    assert report.record.evidence.count() == 1
    assert mine.errors == []


def test_a_scanner_that_types_needs_no_field(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    _world, (code, *_unused) = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    # Whatever has the focus but a field: Enter must not press it.
    page.get_by_role("button", name="更新设备包").focus()
    page.keyboard.type(f"HTTPS://JZ.EXAMPLE/T/{code}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("编号是真的，网址不是本系统的")
    page.keyboard.type("https://u.wechat.com/another")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("编号是真的，网址不是本系统的")
    page.evaluate("location.hash = '/today'")
    page.get_by_label("查询").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_label("查询")).to_be_visible()
    assert Item.objects.filter(kind="scan").count() == 1
    assert mine.errors == []


LAY = """(item) => new Promise(done => {
  const open = indexedDB.open('jinzhi-field');
  open.onsuccess = () => {
    const tx = open.result.transaction('items', 'readwrite');
    tx.objectStore('items').put(item);
    tx.oncomplete = () => { open.result.close(); done(); };
  };
})"""


def test_a_conflict_is_told_and_nothing_is_offered_to_be_sent(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    page = phone().on()
    sign_in(page)
    expect(page.get_by_role("button", name="下载设备包")).to_be_visible()
    item = {
        "id": "7a1c9a52-6a9e-4f0b-9d0e-3a6f0c1b2d3e", "type": "report", "owner": world.lin.pk,
        "made_at": "2026-05-01T01:00:00Z", "title": "电梯", "photos": [], "state": "conflict",
        "body": {"unit": world.lift.pk}, "receipt": {"detail": "两份都已保存"},
    }  # fmt: skip
    page.evaluate(LAY, item)
    page.reload()
    page.get_by_role("link", name="发件箱").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 份内容冲突，两份都在服务器上，待管理人员对照处理"
    )
    expect(page.locator("li.item.conflict")).to_contain_text("两份都已保存")
    expect(page.get_by_role("button", name="立即发送")).to_have_count(0)


def test_who_may_not_file_is_offered_no_inspection_and_can_still_ask(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, (code, *_unused) = scene
    mine = phone()
    page = mine.on()
    sign_in(page, "qian")
    take_pack(page)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("标签有效，但设备：检验超期")
    page.get_by_role("link", name="打开设备").click()
    expect(page.get_by_role("heading", name="检验期限")).to_be_visible()
    expect(page.get_by_role("link", name="开始检验")).to_have_count(0)
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    expect(page.get_by_text("您的账号不能提交检验报告。")).to_be_visible()
    page.evaluate("location.hash = '/outbox'")
    expect(page.get_by_role("heading", name="没有待发送的工作。")).to_be_visible()
    expect(page.get_by_role("button", name="立即发送")).to_have_count(0)
    assert mine.errors == []


def test_a_phone_that_was_revoked_erases_what_it_carries_and_keeps_unsent_work(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, (code, *_unused) = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    mine.context.set_offline(True)
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("标签有效，但设备：检验超期")
    end_own_sign_in(actor=world.lin, device_id=DeviceToken.objects.get(user=world.lin).device_id)
    mine.context.set_offline(False)
    expect(page.get_by_text("本机的登录已被注销，设备资料已清除")).to_be_visible()
    assert [page.evaluate(ROWS, store) for store in ("units", "tags", "items")] == [0, 0, 1]
    page.evaluate("location.hash = '/outbox'")
    expect(page.locator("li.item")).to_have_count(0)

    # The same person signs in, and the work goes.
    page.evaluate("location.hash = '/today'")
    sign_in(page)
    page.evaluate("location.hash = '/outbox'")
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible()
    assert Item.objects.get().kind == "scan"

    # With nothing unsent, nothing stays.
    end_own_sign_in(actor=world.lin, device_id=DeviceToken.objects.get(user=world.lin).device_id)
    page.reload()
    expect(page.get_by_text("本机的登录已被注销，本机数据已清除。")).to_be_visible()
    assert page.evaluate(ROWS, "items") == 0
    assert mine.errors == []
