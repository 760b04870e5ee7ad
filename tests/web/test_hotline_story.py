"""A citizen scans a tag, reports, and follows his matter to its close, each step by its own person in a
browser; nobody without the right learns who he is (domain 9.4, rule 23)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, Playwright, expect

from backend.config.celery import app
from backend.hotline.models import HotlineMatter, ReporterLook
from backend.hotline.tasks import take_in_reported_visits
from backend.lib import clock
from backend.matters.models import Matter
from media_config.storage import list_objects, open_object
from tagging.grids import GRIDS
from tagging.qr import address_prefix
from tagging.sheets import Label, SheetDesign, render_sheets
from tests.hotline.cast import ZHANG, HotlineCast, seat_hotline
from tests.hotline.test_story import SECRETS, assert_no_secret
from tests.pwa.conftest import Phone
from tests.pwa.scenes import answer_all, overdue_lift, take_pack
from tests.pwa.scenes import sign_in as sign_in_on_phone
from tests.web.desks import Desk, fill

PHOTO = Path(__file__).parent.parent / "evidence" / "images" / "exif_gps.jpg"
CITIZEN = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True,
    "has_touch": True, "locale": "zh-CN", "permissions": ["geolocation"],
    "geolocation": {"longitude": 117.0512, "latitude": 36.6503},
}  # fmt: skip
PATIENCE_MS = 60_000


class HotlineDesk(Desk):
    """A desk at which the matters of the hotline are worked on."""

    def send(self, matter: HotlineMatter, inspector: str) -> None:
        """Plan a visit of the inspector for today."""
        self.open(matter)
        self.follow(self.page.get_by_role("link", name="派员现场查看"))
        fill(self.page.get_by_label("检查人员"), inspector)
        fill(self.page.get_by_label("日期"), f"{clock.today():%Y-%m-%d}")
        fill(self.page.get_by_label("检验类别"), "定期检验")
        self.follow(self.page.get_by_role("button", name="安排"))

    def look_at_reporter(self, matter: HotlineMatter, reason: str) -> str:
        """What is told of the reporter to whoever has the right and says why."""
        self.open(matter)
        self.page.get_by_label("为什么需要知道来件人").fill(reason)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="显示来件人").click()
        return self.page.inner_text("main")


def read_tag(code: str) -> str:
    """The address that a camera reads from the printed label of the tag."""
    grid = next(iter(GRIDS.values()))
    sheet = render_sheets([Label(code, "曳引驱动乘客电梯")], SheetDesign(grid, address_prefix()))
    document = pypdfium2.PdfDocument(sheet)
    picture = document[0].render(scale=300 / 72).to_pil()
    document.close()
    (symbol,) = zxingcpp.read_barcodes(picture)
    return symbol.text


def report(page: Page, address: str) -> tuple[str, str]:
    """Scan the tag and complain of its lift; returns the number and the code that he is given."""
    page.goto(address)
    page.get_by_role("link", name="反映问题").tap()
    assert page.get_by_label("设备上的编码").input_value()
    page.get_by_label("质量申诉").check()
    page.get_by_label("事实经过").fill(f"我是{ZHANG.name}，电话{ZHANG.phone}，电梯门夹人")
    page.get_by_role("button", name="我就在现场").tap()
    expect(page.get_by_text("已记下您的位置。")).to_be_visible()
    page.get_by_label("您的姓名").fill(ZHANG.name)
    page.get_by_label("您的电话").fill(ZHANG.phone)
    page.get_by_label("您的地址").fill(ZHANG.address)
    page.locator("#photos").set_input_files(PHOTO)
    page.wait_for_selector("altcha-widget [data-state=verified]", timeout=PATIENCE_MS)
    with page.expect_navigation():
        page.get_by_role("button", name="提交").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    number, code = page.locator("dd.number").all_inner_texts()
    return number, code


def follow(page: Page, url: str, number: str, code: str) -> str:
    """What the citizen is told of his matter now."""
    page.goto(f"{url}/hotline/follow/?number={number}")
    page.get_by_label("查询码").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="显示").tap()
    return page.get_by_role("status").inner_text()


def inspect(phone: Phone, number: str) -> None:
    """What the inspector does on site, in the field client: he is told the number of the matter."""
    page = phone.on()
    sign_in_on_phone(page)
    take_pack(page)
    task = page.get_by_role("link").filter(has_text=f"12365 {number}")
    task.click()
    page.get_by_role("link", name="开始检验").click()
    answer_all(page)
    page.get_by_role("button", name="提交报告").click()
    expect(page.get_by_role("heading", name="全部已送达服务器")).to_be_visible()
    for secret in SECRETS:
        assert secret not in page.content()


def assert_no_file_has(secrets: tuple[str, ...], spool: Path) -> None:
    """No object of the bucket and no file that waits for it holds one of these in clear."""
    kept = [path.read_bytes() for path in spool.rglob("*") if path.is_file()]
    for key, _size in list_objects(""):
        with open_object(key) as body:
            kept.append(body.read())
    assert kept
    for secret in secrets:
        assert not any(secret.encode() in content for content in kept)


@pytest.fixture
def tasks_at_once() -> Any:
    """What is ordered of workers is done at once."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def cast(transactional_db: None) -> tuple[HotlineCast, str]:
    """The desks, and the code of the tag on the lift of 历下."""
    world, [code, *_others] = overdue_lift()
    return seat_hotline(world), code


def test_a_citizen_scans_reports_and_follows_to_the_close_through_six_people(
    cast: tuple[HotlineCast, str], live_server: Any, browser: Browser, playwright_driver: Playwright,
    tasks_at_once: None, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    people, tag = cast
    caplog.set_level(logging.DEBUG)
    url = settings.PUBLIC_BASE_URL = live_server.url
    settings.SPOOL_DIR = tmp_path / "spool"
    citizen = browser.new_context(**CITIZEN).new_page()
    number, code = report(citizen, read_tag(tag))
    matter = HotlineMatter.objects.get(matter__number=number)
    assert "已登记" in follow(citizen, url, number, code)

    operator, clerk, leader, county_clerk, handler = desks = [
        HotlineDesk(browser, url, user)
        for user in (people.operator, people.clerk, people.leader, people.county_clerk,
                     people.county_handler)
    ]  # fmt: skip
    operator.decide(matter, "登记")
    clerk.decide(matter, "受理", 重大或紧急=True)
    leader.decide(matter, "批示", 备注="请历下局现场查看")
    clerk.decide(matter, "交办下级", 机构="历下区市场监督管理局")
    county_clerk.decide(matter, "本单位承办")
    assert "承办中" in follow(citizen, url, number, code)

    handler.send(matter, "Lin")
    phone = Phone(playwright_driver, tmp_path / "phone", url)
    inspect(phone, number)
    phone.context.close()
    assert take_in_reported_visits() == 1
    handler.open(matter)
    expect(handler.page.get_by_text("现场查看已报告")).to_be_visible()

    handler.decide(matter, "反馈结果", 备注=f"已告知{ZHANG.name}，门已修复", 挽回损失="1200.50")
    leader.decide(matter, "审核通过")
    assert ZHANG.phone in operator.look_at_reporter(matter, "回访")
    operator.decide(matter, "满意")
    clerk.decide(matter, "办结", 告知来件人的内容="电梯门已修复。")
    clerk.decide(matter, "归档")
    told = follow(citizen, url, number, code)
    assert "办结" in told
    assert "电梯门已修复。" in told

    assert Matter.objects.get(pk=matter.pk).state == "archived"
    assert ReporterLook.objects.get().user == people.operator
    for desk in desks:
        for secret in SECRETS:
            assert secret not in desk.seen
    assert_no_secret(people, matter.matter, caplog.text)
    assert_no_file_has(SECRETS, settings.SPOOL_DIR)
