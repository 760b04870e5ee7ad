"""A leader on the move: what waits for him, decided with a network, without one, and too late."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.models import Matter, Step
from media_config.storage import PrivateStorage
from tests.evidence.office_files import make_pdf
from tests.matters.errands import open_errand, order_key
from tests.matters.offices import Desks, seat_people
from tests.pwa.conftest import Phone
from tests.pwa.scenes import sign_in
from tests.pwa.test_looks import wrong_with
from tests.workers import until
from tests.world import build

CARRIED = """() => new Promise(done => {
  const open = indexedDB.open('jinzhi-field');
  open.onsuccess = () => {
    const kept = open.result.transaction('kv').objectStore('kv').get('todo');
    kept.onsuccess = () => {
      open.result.close();
      done(Object.keys(kept.result?.matters ?? {}).length);
    };
  };
})"""


@pytest.fixture
def desks(transactional_db: None, errand_kind: None) -> Desks:
    """The people at their desks, on committed rows."""
    return seat_people(build())


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that waits for the operator."""
    return open_errand(desks.operator, desks.hotline)


def handled(desks: Desks, matter: Matter) -> Matter:
    """The same, given to the handlers of 历下."""
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def steps(matter: Matter) -> list[str]:
    return list(Step.objects.filter(matter=matter).order_by("pk").values_list("action", flat=True))


def open_matter_of_list(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="待办").click()
    page.get_by_role("link", name="电梯困人投诉").click()
    expect(page.get_by_role("heading", name="电梯困人投诉")).to_be_visible()


def report(page: Page, remark: str) -> None:
    page.get_by_role("button", name="反馈", exact=True).click()
    page.get_by_label("备注").fill(remark)
    page.get_by_role("button", name="确定：反馈").click()


def be_carried(page: Page) -> None:
    """Waits until the matter lies on the phone, and the app with it."""
    expect(page.get_by_role("link", name="电梯困人投诉")).to_be_visible()
    until(lambda: page.evaluate(CARRIED) > 0)
    expect(page.get_by_text("可离线使用")).to_be_visible()


def test_a_decision_is_taken_with_a_network(
    desks: Desks, matter: Matter, phone: Callable[..., Phone], shots: Any
) -> None:
    mine = phone()
    page = mine.on()
    sign_in(page, "operator")
    # Who inspects nothing begins with what waits for him, told on the tab too.
    expect(page.get_by_role("navigation").get_by_label("1 项待办")).to_be_visible()
    shots(page, "todo")
    open_matter_of_list(page)
    expect(page.get_by_text("Weight: 0")).to_be_visible()
    expect(page.get_by_text("测试规则")).to_be_visible()
    expect(page.get_by_role("button", name="交办单", exact=True)).to_be_visible()
    page.get_by_role("button", name="不予受理").click()
    page.get_by_label("理由").select_option("重复")
    page.get_by_label("备注").fill("同一人同一事")
    shots(page, "decide")
    page.get_by_role("button", name="确定：不予受理").click()
    expect(page.get_by_text("“不予受理”已生效。")).to_be_visible()
    expect(page.get_by_text("现在不需要您办理。")).to_be_visible()
    assert steps(matter) == ["open", "refuse"]
    assert Step.objects.get(action="refuse").remark == "同一人同一事"
    page.get_by_role("navigation").get_by_role("link", name="待办").click()
    expect(page.get_by_text("没有待办事项")).to_be_visible()
    assert mine.errors == []


def test_a_decision_without_a_network_is_taken_once_there_is_one(
    desks: Desks, matter: Matter, phone: Callable[..., Phone]
) -> None:
    handled(desks, matter)
    mine = phone()
    page = mine.on()
    sign_in(page, "handler")
    be_carried(page)
    mine.context.set_offline(True)
    page.reload()
    open_matter_of_list(page)
    expect(page.get_by_text("本机副本")).to_be_visible()
    page.get_by_role("button", name="反馈", exact=True).click()
    page.get_by_role("button", name="确定：反馈").click()
    # What it demands is asked for here.
    assert page.get_by_label("备注").evaluate("field => field.validity.valueMissing")
    page.get_by_label("Weight").fill("7")
    page.get_by_label("备注").fill("已处理")
    page.get_by_role("button", name="确定：反馈").click()
    expect(page.get_by_text("送达前不算数")).to_be_visible()
    assert steps(matter) == ["open", "dispatch"]

    mine.kill()
    page = mine.on()
    page.evaluate("location.hash = '/outbox'")
    expect(page.locator("li.item")).to_contain_text("已生效")
    assert steps(matter) == ["open", "dispatch", "report"]
    assert Step.objects.get(action="report").facts["details"] == {"weight": 7}


def test_a_decision_on_what_has_changed_is_told_and_kept_readable(
    desks: Desks, matter: Matter, phone: Callable[..., Phone], shots: Any
) -> None:
    handled(desks, matter)
    mine = phone()
    page = mine.on()
    sign_in(page, "handler")
    be_carried(page)
    mine.context.set_offline(True)
    open_matter_of_list(page)
    report(page, "现场已处理完毕")
    expect(page.get_by_text("送达前不算数")).to_be_visible()
    decide(
        actor=desks.mate, matter=matter.pk, version=2, decision="wait",
        chosen=Chosen(remark="等检验"),
    )  # fmt: skip
    mine.context.set_offline(False)
    told = page.get_by_role("alert").filter(has_text="“反馈”没有生效")
    expect(told).to_contain_text("此事项此后有变化：Mate 中止")
    expect(told).to_contain_text("您写的备注：现场已处理完毕")
    expect(page.get_by_text("等检验", exact=True)).to_be_visible()
    assert steps(matter) == ["open", "dispatch", "wait"]
    assert wrong_with(page) == []
    shots(page, "decision-refused")

    # He has looked at it again, and decides anew with what he had written.
    page.get_by_role("button", name="反馈", exact=True).click()
    expect(page.get_by_label("备注")).to_have_value("现场已处理完毕")
    page.get_by_role("button", name="确定：反馈").click()
    expect(page.get_by_text("“反馈”已生效。")).to_be_visible()
    assert steps(matter) == ["open", "dispatch", "wait", "report"]
    page.get_by_role("button", name="知道了，移除").click()
    expect(told).to_have_count(0)


def test_it_is_handed_over_without_a_network_to_somebody_of_the_office(
    desks: Desks, matter: Matter, phone: Callable[..., Phone], shots: Any
) -> None:
    handled(desks, matter)
    mine = phone()
    page = mine.on()
    sign_in(page, "handler")
    be_carried(page)
    open_matter_of_list(page)
    # With a network all whom the matter admits are found; who may not have it is told.
    page.get_by_role("button", name="加签", exact=True).click()
    page.get_by_label("按姓名查找").fill("clerk")
    expect(page.get_by_role("button", name="Clerk · 历下分局")).to_be_visible()
    shots(page, "add-signer")
    mine.context.set_offline(True)
    page.get_by_role("button", name="转办", exact=True).click()
    page.get_by_role("button", name="确定：转办").click()
    search = page.get_by_label("按姓名查找")
    assert search.evaluate("field => field.validity.customError")
    page.get_by_role("button", name="Mate · 历下分局").click()
    page.get_by_label("备注").fill("请您接办")
    assert wrong_with(page) == []
    page.get_by_role("button", name="确定：转办").click()
    expect(page.get_by_text("“转办”已保存在本机")).to_be_visible()
    assert steps(matter) == ["open", "dispatch"]

    mine.context.set_offline(False)
    page.get_by_role("navigation").get_by_role("link", name="发件箱").click()
    expect(page.locator("li.item")).to_contain_text("已生效")
    assert steps(matter) == ["open", "dispatch", "hand-over"]
    page.get_by_role("navigation").get_by_role("link", name="待办").click()
    expect(page.get_by_text("没有待办事项")).to_be_visible()
    assert mine.errors == []


def test_a_paper_that_was_kept_is_read_without_a_network_and_goes_with_its_matter(
    desks: Desks, matter: Matter, phone: Callable[..., Phone], shots: Any
) -> None:
    PrivateStorage().save(order_key(matter), BytesIO(make_pdf(2)))
    mine = phone()
    page = mine.on()
    sign_in(page, "operator")
    be_carried(page)
    page.get_by_role("button", name="把待办的文件存到本机").click()
    expect(page.get_by_text("本机存有 1 个文件")).to_be_visible()
    mine.context.set_offline(True)
    page.reload()
    open_matter_of_list(page)
    page.get_by_role("button", name="交办单", exact=True).click()
    second = page.get_by_role("img", name="交办单，第 2 页，共 2 页")
    second.scroll_into_view_if_needed()
    assert second.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1080
    assert wrong_with(page) == []
    shots(page, "pages")

    decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="refuse",
        chosen=Chosen(ground="known"),
    )  # fmt: skip
    mine.context.set_offline(False)
    page.get_by_role("navigation").get_by_role("link", name="待办").click()
    expect(page.get_by_text("本机存有 0 个文件")).to_be_visible()
    page.get_by_role("tab", name="已办").click()
    expect(page.get_by_role("link", name="电梯困人投诉")).to_contain_text("不予受理 · 办结")
    assert wrong_with(page) == []
    shots(page, "decided")
    page.get_by_role("tab", name="我发起").click()
    expect(page.get_by_role("link", name="电梯困人投诉")).to_be_visible()
    assert mine.errors == []


def test_an_inspector_to_whom_no_matters_come_sees_no_inbox(
    desks: Desks, phone: Callable[..., Phone]
) -> None:
    page = phone().on()
    sign_in(page, "lin")
    expect(page.get_by_role("button", name="下载设备包")).to_be_visible()
    expect(page.get_by_role("link", name="待办")).to_have_count(0)


def test_axe_finds_nothing_on_the_screens_of_the_inbox(
    desks: Desks, matter: Matter, phone: Callable[..., Phone], shots: Any
) -> None:
    page = phone().on()
    sign_in(page, "operator")
    expect(page.get_by_role("link", name="电梯困人投诉")).to_be_visible()
    found = {"todo": wrong_with(page)}
    open_matter_of_list(page)
    for decision in ("分办", "不予受理"):
        page.get_by_role("button", name=decision, exact=True).click()
        found[decision] = wrong_with(page)
    shots(page, "looks-matter")
    assert not any(found.values()), found
