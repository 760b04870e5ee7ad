"""A report judged as a whole before it is filed, and what the record of each kind of unit needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.cases.models import Case
from backend.inspections.models import Report
from backend.lib import clock
from backend.lib.months import add_months, month_end
from tests.inspections.drafting import put_in_use
from tests.pwa.conftest import Phone
from tests.pwa.scenes import overdue_lift, sign_in, take_pack
from tests.world import World, make_unit

ALL_THERE = "全部已送达服务器"


@pytest.fixture
def scene(transactional_db: None) -> World:
    """A lift that is overdue and an unregistered boiler."""
    world, _codes = overdue_lift()
    return world


def to(page: Page, place: str) -> None:
    """The screen of an address."""
    page.evaluate(f"location.hash = '{place}'")


def answer_each(page: Page, verdict: str) -> None:
    """The same verdict on every item that has one."""
    expect(page.locator(".entries > li").first).to_be_visible()
    for radio in page.locator(".entries").get_by_role("radio", name=verdict, exact=True).all():
        radio.click()
    for field in (
        page.locator(".entries > li").filter(has_text="必填").locator(".measure input").all()
    ):
        field.fill("1")


def conclude(page: Page, word: str) -> None:
    """The conclusion of the whole."""
    page.locator("#conclusion").get_by_role("radio", name=word, exact=True).click()


def words_of(page: Page) -> list[str]:
    """The conclusions on offer."""
    return page.locator("#conclusion").get_by_role("radio").all_inner_texts()


def file(page: Page) -> None:
    """Touches the button at the bottom."""
    page.get_by_role("button", name="提交报告").click()


def delivered(page: Page) -> None:
    """Waits for the receipts of what was just filed."""
    page.wait_for_url("**#/outbox", wait_until="commit")
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible(timeout=120_000)


def test_a_report_that_contradicts_itself_is_asked_about_and_filed_with_a_reason(
    scene: World, phone: Callable[..., Phone], shots: Any
) -> None:
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    to(page, f"/report/{scene.lift.pk}")
    answer_each(page, "不合格")
    conclude(page, "合格")
    file(page)
    asked = page.get_by_role("dialog", name="报告前后不一致")
    expect(asked).to_contain_text("项目全部不合格，结论却为合格")
    shots(page, "doubts")
    asked.get_by_role("button", name="返回修改").click()
    expect(asked).to_have_count(0)
    expect(page.get_by_role("button", name="提交报告")).to_be_focused()
    assert not page.url.endswith("#/outbox")

    # Without a reason it is not filed; the reason is kept with the draft.
    file(page)
    asked.get_by_role("button", name="说明理由并提交").click()
    expect(asked.get_by_role("alert")).to_have_text("请填写")
    asked.get_by_label("理由").fill("项目按旧版标准填写，现场已复核")
    asked.get_by_role("button", name="说明理由并提交").click()
    delivered(page)
    report = Report.objects.get()
    assert report.doubts == ["passed-all-failed"]
    assert report.conclusion_reason == "项目按旧版标准填写，现场已复核"
    case = Case.objects.get(kind=Case.Kind.REPORT_DOUBTFUL)
    assert (case.unit, case.facts["flags"]) == (scene.lift.pk, ["passed-all-failed"])
    expect(page.locator("li.item")).to_contain_text("项目全部不合格，结论却为合格")
    assert mine.errors == []


def test_a_vessel_of_grade_4_says_how_long_it_may_be_used(
    scene: World, phone: Callable[..., Phone], shots: Any
) -> None:
    vessel = make_unit("2150", scene.lixia, scene.mall, device_code="21501088920190004")
    put_in_use(scene, vessel)
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page, units=3)
    to(page, f"/report/{vessel.pk}")
    expect(page.get_by_label("检验类别")).to_have_value("periodic")
    answer_each(page, "合格")
    assert words_of(page) == ["符合要求", "基本符合要求", "不符合要求"]
    conclude(page, "不符合要求")
    expect(page.get_by_label("下次检验日期")).to_have_count(0)
    conclude(page, "基本符合要求")
    file(page)
    grade = page.locator("#safety_grade")
    expect(grade).to_contain_text("请填写")
    grade.get_by_role("radio", name="4", exact=True).click()
    page.get_by_label("监控使用期限（月）").fill("十二")
    expect(page.get_by_text("请填整月数")).to_be_visible()
    page.get_by_label("监控使用期限（月）").fill("１２")
    page.get_by_label("下次检验日期").fill(clock.today().isoformat())
    expect(page.get_by_text("须晚于检验日期")).to_be_visible()
    page.get_by_label("下次检验日期").fill("")
    page.get_by_label("报告编号").fill("RQ-2026-0117")
    page.get_by_label("另一名检验人员").fill("王伟")
    page.get_by_role("heading", name="结论").scroll_into_view_if_needed()
    shots(page, "record")
    file(page)
    delivered(page)
    record = Report.objects.get().record
    inspection: Any = record.inspection
    assert (inspection.safety_grade, inspection.monitored_months) == (4, 12)
    assert inspection.report_no == "RQ-2026-0117"

    to(page, "/today")
    page.get_by_role("button", name="更新设备包").click()
    to(page, f"/unit/{vessel.pk}")
    until = month_end(add_months(clock.today(), 12))
    heading = page.get_by_role("heading", name=f"可使用至 {until.isoformat()}")
    expect(heading).to_be_visible()
    since = until + dt.timedelta(days=1)
    expect(page.get_by_text(f"自 {since.isoformat()} 起")).to_be_visible()
    shots(page, "watch")
    assert mine.errors == []


def test_a_boiler_has_its_own_inspections_in_their_own_words(
    scene: World, phone: Callable[..., Phone], shots: Any
) -> None:
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    to(page, f"/report/{scene.boiler.pk}")
    kind = page.get_by_label("检验类别")
    expect(kind).to_have_value("external")
    offered = [one.get_attribute("value") for one in kind.locator("option").all()]
    assert offered[:2] == ["external", "internal"]
    assert not {"periodic", "annual", "full", "self_detection"} & set(offered)
    assert words_of(page) == ["符合要求", "基本符合要求", "不符合要求"]
    # The conclusion stays where it fits, and goes where it does not.
    shots(page, "kinds")
    conclude(page, "符合要求")
    expect(page.get_by_label("项目表").locator("option").first).to_contain_text("外部")
    kind.select_option("internal")
    expect(page.get_by_label("项目表").locator("option").first).to_contain_text("内部")
    expect(page.get_by_role("radio", name="符合要求", exact=True)).to_be_checked()
    kind.select_option("sup_repair")
    assert words_of(page) == ["合格", "不合格", "复检合格", "复检不合格"]
    expect(page.locator("#conclusion [aria-checked=true]")).to_have_count(0)
    expect(page.locator("#safety_grade")).to_have_count(0)
    assert mine.errors == []
