"""The inspector's day: pack, no network, scan, report with photos, a killed phone, and the receipt."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.evidence.models import File
from backend.inspections.loading import load_checklists
from backend.inspections.models import Report
from backend.lib import clock
from media_config.storage import PrivateStorage
from tagging.actions import bind_tag, mint_batch
from tagging.codes import grouped
from tests.inspections.drafting import put_in_use
from tests.pwa.conftest import PLACE, Phone, film
from tests.world import PASSWORD, World, build

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
def scene(transactional_db: None) -> tuple[World, str]:
    """A lift of 历下 that is overdue, and the code of its tag."""
    world = build()
    load_checklists()
    put_in_use(world, world.lift, clock.today() - dt.timedelta(days=800))
    batch = mint_batch(actor=world.ou, count=3)
    code = batch.tags.order_by("code").values_list("code", flat=True)[0]
    bind_tag(actor=world.ou, code=code, unit=world.lift)
    return world, code


def sign_in(page: Page, username: str = "lin") -> None:
    """As the person would, by the labels on the screen."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def take_pack(page: Page) -> None:
    """Fetches the pack, and waits until the app can start without a network."""
    page.get_by_role("button", name="下载设备包").click()
    expect(page.get_by_text("本机 2 台设备")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def answer_all(page: Page) -> None:
    """Passes every item that must be answered."""
    for item in page.locator(".entries > li").filter(has_text="必填").all():
        item.get_by_role("radio", name="合格", exact=True).click()


def attach(page: Page, names: tuple[str, ...]) -> None:
    """Takes photos for the report, one by one, as a camera gives them."""
    card = page.locator("section").filter(has=page.get_by_role("heading", name="照片"))
    for count, name in enumerate(names, start=1):
        card.locator("input[type=file]").set_input_files(IMAGES / name)
        expect(card.locator("img")).to_have_count(count)
    expect(page.get_by_text("草稿已保存")).to_be_visible()


def arrived(sha256: str) -> bytes:
    """The bytes that the storage holds under a hash."""
    with PrivateStorage().open(File.objects.get(sha256=sha256).key) as file:
        content: bytes = file.read()
    return content


def test_a_report_made_without_a_network_arrives_once_with_its_photos(
    scene: tuple[World, str], phone: Callable[..., Phone], tmp_path: Path, shots: Any
) -> None:
    world, code = scene
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
    expect(page.get_by_role("heading", name="真标签，设备在册")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(grouped(code))).to_be_visible()
    shots(page, "tag")
    page.get_by_role("link", name="打开设备").click()
    expect(page.get_by_text("济南泉城商场有限公司").first).to_be_visible()
    shots(page, "unit")

    page.get_by_role("link", name="开始检验").click()
    answer_all(page)
    page.get_by_role("radio", name="合格", exact=True).last.click()
    attach(page, PHOTOS)
    hashes = page.evaluate(LATEST)
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
    assert report.position and round(report.position.x, 4) == PLACE["longitude"]
    sent = list(report.record.evidence.values_list("file__sha256", flat=True))
    assert sorted(sent) == sorted(hashes)
    assert len(sent) == len(PHOTOS)
    for sha256 in sent:
        assert hashlib.sha256(arrived(sha256)).hexdigest() == sha256
        file = File.objects.get(sha256=sha256)
        assert max(file.width, file.height) <= 2048
    assert mine.errors == []
