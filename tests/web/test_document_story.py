"""A red-headed document goes from the province to 17 cities and 143 counties, each step by its own person:
in a browser, and its leader on a phone; a county's report goes up the same way (domain 10.2, 10.4)."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from backend.accounts.models import User
from backend.deliveries.actions import redistribute_delivery, sign_for_delivery
from backend.deliveries.models import Delivery, Distribution
from backend.documents.models import Document
from tests.documents.cast import BODY
from tests.documents.province import CITIES, ProvinceCast, seat_province
from tests.documents.signing_key import make_key
from tests.documents.test_issue import told_by_poppler
from tests.pwa.conftest import Phone
from tests.pwa.scenes import sign_in as sign_in_on_phone
from tests.web.desks import Desk, fill
from tests.web.test_clerk_day import look
from tests.world import build

TITLE = "关于开展全省电梯安全专项检查的通知"
REPORT = "关于电梯安全专项检查情况的报告"


@pytest.fixture
def cast(transactional_db: None) -> ProvinceCast:
    """The whole province, on committed rows."""
    return seat_province(build())


def draft(desk: Desk, **fields: str) -> Document:
    """Write a draft in the form."""
    desk.page.goto(f"{desk.url}/desk/documents/new/")
    for label, value in fields.items():
        fill(desk.page.get_by_label(label, exact=True), value)
    desk.follow(desk.page.get_by_role("button", name="保存"))
    return Document.objects.get(title=fields["标题"])


def sign_on_phone(phone: Phone, user: User, document: Document) -> None:
    """The leader reads the document on the phone and signs it."""
    page = phone.on()
    sign_in_on_phone(page, user.username)
    page.get_by_role("link", name=document.title).click()
    expect(page.get_by_role("heading", name=document.title)).to_be_visible()
    expect(page.get_by_text("全区在用电梯，重点是住宅小区和医院。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="签发", exact=True).click()
    page.get_by_label("备注").fill("同意，请抓紧印发")
    page.get_by_role("button", name="确定：签发").click()
    expect(page.get_by_text("“签发”已生效。")).to_be_visible()
    assert phone.errors == []


def finish(desk: Desk, document: Document) -> None:
    """From the review to the issue, by the clerk of the office."""
    desk.decide(document, "复核通过")
    desk.decide(document, "登记编号")
    desk.decide(document, "印制完成", 印数="30")
    desk.decide(document, "核发")
    document.refresh_from_db()


def receive(desk: Desk, title: str) -> None:
    """Come to what was delivered by the list, and sign for it."""
    desk.page.goto(f"{desk.url}/desk/deliveries/")
    desk.follow(desk.page.get_by_role("link", name=title))
    desk.follow(desk.page.get_by_role("button", name="签收", exact=True))
    expect(desk.page.locator(".messages")).to_contain_text("已签收")


def give_back(desk: Desk, title: str, reason: str) -> None:
    """Come to what was delivered by the list, and return it."""
    desk.page.goto(f"{desk.url}/desk/deliveries/")
    desk.follow(desk.page.get_by_role("link", name=title))
    desk.page.locator("summary", has_text="退回发送单位").click()
    desk.page.get_by_label("原因").fill(reason)
    desk.follow(desk.page.get_by_role("button", name="退回发送单位"))


def pass_on(desk: Desk) -> None:
    """Pass on what is shown to all counties in one click."""
    desk.page.get_by_label("下属各县（市、区）局").check()
    desk.follow(desk.page.get_by_role("button", name="转发"))


def pass_on_elsewhere(postman: User, *cities: str) -> None:
    """What the other cities do the same way: each signs and passes on to all of its counties."""
    for delivery in Delivery.objects.filter(receiver__region__name__in=cities):
        sign_for_delivery(actor=postman, delivery=delivery.pk)
        counties = delivery.receiver.children.values_list("pk", flat=True)
        redistribute_delivery(actor=postman, delivery=delivery.pk, receiver_offices=list(counties))


def receipts(desk: Desk, sent: Distribution) -> str:
    """What the page of the receipts says."""
    desk.page.goto(f"{desk.url}/desk/deliveries/sent/{sent.pk}/")
    return desk.page.inner_text("main")


def fetch_pdf(page: Page, url: str, document: Document, folder: Path) -> Path:
    """The PDF that the page of the document hands out."""
    page.goto(f"{url}/desk/matters/{document.pk}/")
    address = page.get_by_role("link", name="已签章 PDF").get_attribute("href")
    place = folder / "document.pdf"
    place.write_bytes(page.request.get(f"{url}{address}").body())
    return place


def assert_red_headed(pdf: Path, *words: str) -> None:
    """The first page shows a red head and a red line across, black text below, and says ``words``."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "50", "-png", "-l", "1", str(pdf)], capture_output=True, check=True
    ).stdout
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    width, height = picture.size
    bands = [picture.crop((0, y, width, y + 1)).getcolors(width) or [] for y in range(height)]
    red = [sum(n for n, (r, g, b) in band if r > 150 and g < 90 and b < 90) for band in bands]
    line = max(range(height), key=red.__getitem__)
    assert red[line] > 0.7 * width, "the line goes across the page"
    assert 0.2 < line / height < 0.5
    assert sum(red[: line - 5]) > 300, "the head above it is red too"
    assert not any(red[line + 5 :]), "nothing below it is red"
    said = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    for word in words:
        assert word in "".join(said.split()), word


def test_a_document_goes_to_17_cities_and_143_counties_and_a_report_comes_up(
    cast: ProvinceCast, live_server: Any, browser: Browser, playwright_driver: Playwright,
    settings: Any, tmp_path: Path,
) -> None:  # fmt: skip
    url = settings.PUBLIC_BASE_URL = live_server.url
    for name, value in make_key(tmp_path).items():
        setattr(settings, name, value)
    drafter, checker, lawyer = (
        Desk(browser, url, user) for user in (cast.drafter, cast.checker, cast.lawyer)
    )
    document = draft(
        drafter, 文种="通知", 行文方向="下行", 标题=TITLE, 正文=BODY, 另发下级机关="直接下级"
    )
    drafter.decide(document, "送核稿")
    checker.decide(document, "送会签", 人员=cast.lawyer.display_name)
    lawyer.decide(document, "同意")
    phone = Phone(playwright_driver, tmp_path / "phone", url)
    sign_on_phone(phone, cast.leader, document)
    phone.context.close()
    finish(checker, document)
    assert document.signed_by == cast.leader
    assert document.number == f"鲁市监发〔{document.signed_on.year}〕1号"
    pdf = fetch_pdf(checker.page, url, document, tmp_path)
    assert_red_headed(
        pdf, "山东省市场监督管理局文件", document.number, TITLE, "各市市场监督管理局："
    )
    assert "Signature is Valid" in told_by_poppler(pdf)

    sent = Distribution.objects.get()
    assert sent.deliveries.count() == 17
    city, county, neighbour = (
        Desk(browser, url, user)
        for user in (cast.city_clerk, cast.county_clerk, cast.neighbour_clerk)
    )
    receive(city, TITLE)
    pass_on(city)
    *cities, last = (f"{name}市" for name in CITIES)
    pass_on_elsewhere(cast.postman, *cities)
    told = receipts(checker, sent)
    assert "16 / 17" in told
    assert "0 / 135" in told
    assert f"{last}市场监督管理局" in told
    pass_on_elsewhere(cast.postman, last)
    told = receipts(checker, sent)
    assert "17 / 17" in told
    assert "0 / 143" in told
    receive(county, TITLE)
    give_back(neighbour, TITLE, "附件缺页")
    told = receipts(checker, sent)
    assert "1 / 142" in told
    assert "附件缺页" in told
    waiting = checker.page.locator("section[aria-labelledby=waiting] li")
    assert waiting.count() == 141
    look(checker.page, "receipts")

    report = draft(
        county, 文种="报告", 行文方向="上行", 标题=REPORT, 正文="现将检查情况报告如下。",
        主送机关=cast.world.city.name + "市场监督管理局",
        **{"签发人（上行文）": cast.county_leader.display_name},
    )  # fmt: skip
    county.decide(report, "送核稿")
    county.decide(report, "送签发")
    Desk(browser, url, cast.county_leader).decide(report, "签发")
    finish(county, report)
    receive(city, REPORT)
    upward = Distribution.objects.get(paper=report.paper)
    assert "1 / 1" in receipts(county, upward)
