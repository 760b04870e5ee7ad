"""The inspector's day: pack, no network, scan, report with photos, a killed phone, and the receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import DeviceToken
from backend.evidence.models import File
from backend.inspections.models import Report
from backend.lib import clock
from media_config.storage import PrivateStorage
from tagging.actions import retire_tag
from tagging.codes import group_code, make_code
from tagging.models import Scan
from tests.pwa.conftest import PLACE, Phone, film
from tests.pwa.scenes import answer_all, look_up, overdue_lift, sign_in, take_pack
from tests.workers import until
from tests.world import PASSWORD, World

IMAGES = Path(__file__).parent.parent / "evidence" / "images"
PHOTOS = ("xmp_test.jpg", "hopper_orientation_6.jpg", "flower.jpg", "hopper.jpg")
LATEST = """() => new Promise(done => {
  const open = indexedDB.open('jinzhi-field');
  open.onsuccess = () => {
    const all = open.result.transaction('photos').objectStore('photos').getAllKeys();
    all.onsuccess = () => { open.result.close(); done(all.result); };
  };
})"""


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


def attach(page: Page, names: tuple[str, ...]) -> None:
    """Takes photos for the report, one by one, as a camera gives them."""
    card = page.locator("section").filter(has=page.get_by_role("heading", name="照片"))
    for count, name in enumerate(names, start=1):
        card.get_by_label("选照片").set_input_files(IMAGES / name)
        expect(card.locator("img")).to_have_count(count)
    expect(page.get_by_text("草稿已保存")).to_be_visible()


def arrived(sha256: str) -> bytes:
    """The bytes that the storage holds under a hash."""
    with PrivateStorage().open(File.objects.get(sha256=sha256).key) as file:
        content: bytes = file.read()
    return content


def test_a_report_made_without_a_network_arrives_once_with_its_photos(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], tmp_path: Path, shots: Any
) -> None:
    world, (code, *_unused) = scene
    mine = phone(camera=film(code, tmp_path))
    page = mine.on()
    sign_in(page)
    take_pack(page)
    shots(page, "today")

    # The network goes, and the app starts all the same.
    mine.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("无网络")).to_be_visible()

    # The camera reads the label; the phone alone says what it is worth.
    page.get_by_role("link", name="扫码").click()
    expect(page.get_by_role("heading", name="标签有效，但设备：检验超期")).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_text(group_code(code))).to_be_visible()
    shots(page, "tag")
    page.get_by_role("link", name="打开设备").click()
    expect(page.get_by_text("济南泉城商场有限公司").first).to_be_visible()
    shots(page, "unit")

    page.get_by_role("link", name="开始检验").click()
    answer_all(page)
    page.evaluate("scrollTo(0, 0)")
    shots(page, "checklist")
    attach(page, PHOTOS)
    hashes = page.evaluate(LATEST)
    page.get_by_role("heading", name="照片").scroll_into_view_if_needed()
    shots(page, "report")
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name="6 项未送达")).to_be_visible()
    assert not Report.objects.exists()

    # The phone dies, comes back without a network, and nothing is lost.
    mine.kill()
    page = mine.on(offline=True)
    page.get_by_role("link", name="发件箱").first.click()
    expect(page.get_by_role("heading", name="6 项未送达")).to_be_visible()
    shots(page, "outbox-offline")

    mine.context.set_offline(False)
    expect(page.get_by_role("heading", name="全部已送达服务器")).to_be_visible(timeout=60_000)
    shots(page, "outbox")

    report = Report.objects.get()
    assert (report.unit_id, report.tag_code, report.filed_by) == (world.lift.pk, code, world.lin)
    assert report.position
    assert round(report.position.x, 4) == PLACE["longitude"]
    sent = list(report.record.evidence.values_list("file__sha256", flat=True))
    assert sorted(sent) == sorted(hashes)
    assert len(sent) == len(PHOTOS)
    for sha256 in sent:
        assert hashlib.sha256(arrived(sha256)).hexdigest() == sha256
        file = File.objects.get(sha256=sha256)
        assert max(file.width or 0, file.height or 0) <= 2048
    assert mine.errors == []


def test_the_phone_alone_tells_what_a_tag_is_worth(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], shots: Any
) -> None:
    world, (bound, withdrawn, free) = scene
    retire_tag(actor=world.ou, code=withdrawn, reason="破损")
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    mine.context.set_offline(True)
    heading = page.get_by_role("heading", level=1)
    page.get_by_role("link", name="扫码").click()
    expect(page.get_by_text("把二维码放进框里")).to_be_visible()
    shots(page, "scan")

    for code, word in (
        (bound, "标签有效，但设备：检验超期"),
        (withdrawn, "标签已作废"),
        (free, "标签未使用"),
        (make_code(), "辖区登记中没有此标签"),
    ):
        look_up(page, code)
        expect(heading).to_have_text(word)
        if code == withdrawn:
            shots(page, "tag-void")
        page.get_by_role("button", name="再扫一个").click()
    look_up(page, bound[:-1] + ("2" if bound[-1] != "2" else "3"))
    expect(page.get_by_role("alert")).to_have_text("编号有一位不对，请再看一遍。")

    # With a network the server has the last word on a tag that the pack does not know.
    mine.context.set_offline(False)
    look_up(page, make_code())
    expect(heading).to_have_text("登记中没有此标签")
    page.evaluate("location.hash = '/outbox'")
    expect(page.get_by_role("heading", name="全部已送达服务器")).to_be_visible(timeout=60_000)
    assert Scan.objects.count() == 5
    assert mine.errors == []


def test_work_goes_out_under_the_name_of_the_one_who_did_it(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    mine.context.set_offline(True)
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    answer_all(page)
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name="1 项未送达")).to_be_visible()

    # Nobody signs out of unsent work.
    page.get_by_role("link", name="设置").click()
    page.get_by_role("button", name="退出登录").click(force=True)
    expect(page.get_by_role("alert")).to_have_text("还有未送达的工作，不能退出。")
    expect(page.get_by_role("button", name="退出登录")).to_be_disabled()

    # The token runs out meanwhile: the work stays, and only its maker can send it.
    DeviceToken.objects.update(expiry=clock.now())
    mine.context.set_offline(False)
    expect(page.get_by_text("请由 Lin 重新登录后继续发送")).to_be_visible(timeout=30_000)
    assert not Report.objects.exists()
    page.get_by_label("用户名").evaluate("field => { field.readOnly = false; field.value = 'wei' }")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("本机还有他人未发送的工作")).to_be_visible()
    assert not DeviceToken.objects.filter(user=world.wei).exists()

    page.reload()
    sign_in(page)
    page.get_by_role("link", name="发件箱").first.click()
    expect(page.get_by_role("heading", name="全部已送达服务器")).to_be_visible(timeout=60_000)
    assert Report.objects.get().filed_by == world.lin

    # Now there is nothing left to lose.
    page.get_by_role("link", name="设置").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("用户名")).to_be_editable()
    until(lambda: not DeviceToken.objects.exists())
