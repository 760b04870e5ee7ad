"""A means that exists is not taken for one that works: readers, the database, drawing, old browsers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import expect

from backend.evidence.models import File
from backend.inspections.models import Report
from tests.pwa.conftest import Phone, film
from tests.pwa.scenes import answer_all, overdue_lift, sign_in, take_pack
from tests.world import World

IMAGES = Path(__file__).parent.parent / "evidence" / "images"
ALL_THERE = "全部已送达服务器"
OVERDUE = "标签有效，但设备：检验超期"

FAILING_DETECTOR = """window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(['qr_code']); }
  detect() { return Promise.reject(new DOMException('no barcode service', 'NotSupportedError')); }
};"""
KEEP_CONNECTIONS = """(() => {
  const open = indexedDB.open.bind(indexedDB);
  window.connections = [];
  indexedDB.open = (...given) => {
    const asked = open(...given);
    asked.addEventListener('success', () => connections.push(asked.result));
    return asked;
  };
})();"""
ON_A_PHONE = """Object.defineProperty(HTMLInputElement.prototype, 'capture', {
  get() { return this.getAttribute('capture'); }, configurable: true,
});"""


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


def test_where_the_readers_of_the_browser_fail_ours_reads(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], tmp_path: Path
) -> None:
    _world, (code, *_unused) = scene
    mine = phone(camera=film(code, tmp_path))
    page = mine.on()
    page.add_init_script(FAILING_DETECTOR)
    page.reload()
    sign_in(page)
    take_pack(page)
    page.get_by_role("link", name="扫码").click()
    expect(page.get_by_role("heading", name=OVERDUE)).to_be_visible(timeout=60_000)


def test_another_symbol_in_view_does_not_hide_ours(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], tmp_path: Path
) -> None:
    _world, (code, *_unused) = scene
    path = film(code, tmp_path)
    frame = Image.open(path).convert("RGB")
    other = qrcode.make("https://u.wechat.com/another-firm", box_size=7).get_image()
    frame.paste(other.convert("RGB").resize((280, 280)), (0, 0))
    with path.open("wb") as file:
        for _ in range(2):
            frame.save(file, "JPEG", quality=92)
    mine = phone(camera=path)
    page = mine.on()
    sign_in(page)
    take_pack(page)
    page.get_by_role("link", name="扫码").click()
    expect(page.get_by_role("heading", name=OVERDUE)).to_be_visible(timeout=60_000)


def test_a_lost_connection_to_the_database_is_opened_again(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    world, _codes = scene
    mine = phone()
    page = mine.on()
    page.add_init_script(KEEP_CONNECTIONS)
    page.reload()
    sign_in(page)
    take_pack(page)
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    answer_all(page)
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.evaluate("connections.forEach((one) => one.close())")
    page.get_by_label("备注").fill("数据库连接断过")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.evaluate("connections.forEach((one) => one.close())")
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible()
    assert Report.objects.get().remark == "数据库连接断过"
    assert mine.errors == []


def sent_picture(
    scene: tuple[World, list[str]], mine: Phone, label: str, path: Path, *, script: str = ""
) -> File:
    """Files a report with one picture given to the input named ``label``; what the server keeps."""
    world, _codes = scene
    page = mine.on()
    if script:
        page.add_init_script(script)
        page.reload()
    sign_in(page)
    take_pack(page)
    page.evaluate(f"location.hash = '/report/{world.lift.pk}'")
    answer_all(page)
    card = page.locator("section").filter(has=page.get_by_role("heading", name="照片"))
    with page.expect_file_chooser() as chooser:
        card.get_by_text(label, exact=True).click()
    if path.parent != IMAGES:
        path.touch()  # as written after the camera was asked for
    chooser.value.set_files(path)
    expect(card.locator("figure")).to_have_count(1)
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible(timeout=60_000)
    return File.objects.get()


def test_a_picture_that_the_browser_cannot_draw_goes_as_it_is(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    heic = IMAGES / "example.heic"
    kept = sent_picture(scene, phone(), "选照片", heic)
    assert kept.sha256 == hashlib.sha256(heic.read_bytes()).hexdigest()
    assert kept.media_type == "image/heic"


def test_a_picture_that_the_quick_way_cannot_draw_is_drawn_by_the_other(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], tmp_path: Path
) -> None:
    path = tmp_path / "sideways.jpg"
    path.write_bytes((IMAGES / "hopper_orientation_6.jpg").read_bytes())
    failing = "window.createImageBitmap = () => Promise.reject(new TypeError('no such option'))"
    kept = sent_picture(scene, phone(), "选照片", path, script=failing)
    with Image.open(path) as picture:
        upright = (picture.height, picture.width)
    assert (kept.media_type, kept.orientation) == ("image/jpeg", 1)
    assert (kept.width, kept.height) in {upright, upright[::-1]}


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A picture without EXIF, as messengers hand them on."""
    path = tmp_path / "mmexport.jpg"
    with Image.open(IMAGES / "hopper.jpg") as picture:
        picture.convert("RGB").save(path, "JPEG")
    return path


def test_a_chosen_file_that_is_new_is_not_called_taken_here_and_now(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], blank: Path
) -> None:
    kept = sent_picture(scene, phone(), "选照片", blank, script=ON_A_PHONE)
    assert (kept.taken_at, kept.position) == (None, None)
    assert kept.exif["software"] == "Jinzhi Field, chosen file"


def test_what_the_camera_has_just_made_is_called_taken_here_and_now(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], blank: Path
) -> None:
    kept = sent_picture(scene, phone(), "拍照", blank, script=ON_A_PHONE)
    assert kept.taken_at is not None
    assert kept.position is not None
    assert kept.exif["software"] == "Jinzhi Field, camera"


def test_where_no_camera_opens_a_picture_counts_as_chosen(
    scene: tuple[World, list[str]], phone: Callable[..., Phone], blank: Path
) -> None:
    kept = sent_picture(scene, phone(), "拍照", blank)
    assert (kept.taken_at, kept.position) == (None, None)


def test_an_old_browser_is_told_which_ones_are_served(
    scene: tuple[World, list[str]], phone: Callable[..., Phone]
) -> None:
    assert scene
    page = phone().on()
    page.add_init_script("delete Array.prototype.at")
    page.reload()
    expect(page.get_by_text("浏览器版本太旧")).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_count(0)
