"""Unfinished reports: side by side, with photos still in work, of a unit that is gone; a full phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from backend.accounts.models import DeviceToken
from backend.inspections.models import Report
from backend.lib import clock
from tests.pwa.conftest import Phone
from tests.pwa.scenes import answer_all, look_up, overdue_lift, sign_in, take_pack
from tests.world import World

ALL_THERE = "全部已送达服务器"
PUT_DRAFT = """draft => new Promise((done, failed) => {
  const open = indexedDB.open('jinzhi-field');
  open.onsuccess = () => {
    const tx = open.result.transaction('drafts', 'readwrite');
    tx.objectStore('drafts').put(draft);
    tx.oncomplete = () => { open.result.close(); done(); };
    tx.onabort = () => failed(tx.error);
  };
})"""
# The database as the first version of the app made it, with what the present one holds.
BACK_TO_FIRST = """async draft => {
  const asked = what => new Promise((done, failed) => {
    what.onsuccess = () => done(what.result);
    what.onerror = () => failed(what.error);
  });
  const now = await asked(indexedDB.open('jinzhi-field'));
  const rows = {};
  for (const name of now.objectStoreNames) {
    const store = now.transaction(name).objectStore(name);
    rows[name] = [await asked(store.getAllKeys()), await asked(now.transaction(name).objectStore(name).getAll())];
  }
  now.close();
  await asked(indexedDB.deleteDatabase('jinzhi-field'));
  const opening = indexedDB.open('jinzhi-field', 1);
  const paths = { kv: null, units: 'id', tags: 'code', drafts: 'unit', items: 'id', photos: 'sha' };
  opening.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(paths)) {
      opening.result.createObjectStore(name, keyPath ? { keyPath } : {});
    }
  };
  const first = await asked(opening);
  const tx = first.transaction(Object.keys(paths), 'readwrite');
  for (const [name, [keys, values]] of Object.entries(rows)) {
    values.forEach((value, at) => tx.objectStore(name).put(value, ...(paths[name] ? [] : [keys[at]])));
  }
  tx.objectStore('drafts').put(draft);
  await new Promise((done, failed) => { tx.oncomplete = done; tx.onabort = () => failed(tx.error); });
  first.close();
}"""
# Pictures are read only when the test lets them.
HOLD_PICTURES = """() => {
  const own = createImageBitmap;
  const held = new Promise(done => { window.letPictures = done; });
  window.createImageBitmap = async (...given) => { await held; return own(...given); };
}"""


# A disk without room for rows of one store, until room() is called.
FULL = """name => {
  const own = IDBObjectStore.prototype.put;
  window.room = () => { IDBObjectStore.prototype.put = own; };
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name !== name) return own.apply(this, given);
    this.transaction.abort();
    throw new DOMException('full', 'QuotaExceededError');
  };
}"""
# Opens a place and leaves it so soon that its drafts are still being read.
LEFT_AT_ONCE = """async place => {
  for (let pause = 0; pause < 14; pause++) {
    location.hash = place;
    await new Promise(done => setTimeout(done, pause));
    location.hash = '/today';
    await new Promise(done => setTimeout(done, 60));
  }
}"""


@pytest.fixture
def scene(transactional_db: None) -> tuple[World, list[str]]:
    """See ``overdue_lift``."""
    return overdue_lift()


@pytest.fixture
def page(scene: tuple[World, list[str]], phone: Callable[..., Phone]) -> Page:
    """A phone with Lin's pack on it."""
    page = phone().on()
    sign_in(page)
    take_pack(page)
    return page


def picture(grey: int) -> dict[str, Any]:
    """A small photo, another for each grey."""
    buffer = io.BytesIO()
    Image.new("L", (8, 8), grey).save(buffer, "JPEG")
    return {"name": f"{grey}.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def to(page: Page, place: str) -> None:
    """The screen of an address."""
    page.evaluate(f"location.hash = '{place}'")


def delivered(page: Page) -> None:
    """Waits for the receipts of what was just filed."""
    page.wait_for_url("**#/outbox", wait_until="commit")
    expect(page.get_by_role("heading", name=ALL_THERE)).to_be_visible(timeout=120_000)


def draft(unit: int, **over: Any) -> dict[str, Any]:
    """A draft as the phone keeps it."""
    return {
        "id": "7a1c9a52-6a9e-4f0b-9d0e-3a6f0c1b2d3e", "unit": unit, "tag": None, "checklist": "", "version": 0,
        "kind": "periodic", "answers": {}, "defects": [], "closes": [], "photos": [], "conclusion": "",
        "remark": "", "fix": None,
    } | over  # fmt: skip


def test_a_draft_of_the_first_version_stands_beside_a_correction(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene
    to(page, f"/report/{world.lift.pk}")
    answer_all(page)
    page.get_by_role("button", name="提交报告").click()
    delivered(page)
    home = page.url.split("#")[0]
    # Outside of what the service worker answers with the app, which would open its database again.
    page.goto(f"{home}../livez")
    defect = {"item": "", "text": "门机异响", "severity": "general", "photos": []}
    owner = world.lin.pk
    page.evaluate(
        BACK_TO_FIRST,
        draft(
            world.lift.pk,
            owner=owner,
            checklist="lift-periodic",
            version=2,
            remark="早先",
            defects=[defect],
        ),
    )
    page.goto(f"{home}#/outbox")
    drafts = page.locator("li.item.draft")
    expect(drafts).to_have_count(1)

    page.get_by_role("link", name="更正", exact=True).click()
    expect(page.get_by_role("heading", name="更正报告")).to_be_visible()
    page.get_by_label("更正原因").fill("漏填备注")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    to(page, f"/unit/{world.lift.pk}")
    page.get_by_role("link", name="继续填写").click()
    expect(page.get_by_role("heading", name="检验报告")).to_be_visible()
    expect(page.get_by_label("备注")).to_have_value("早先")
    expect(page.get_by_label("隐患描述")).to_have_value("门机异响")
    page.get_by_label("备注").fill("早先，续")
    expect(page.get_by_text("草稿已保存")).to_be_visible()

    # Neither has touched the other, and one is given up alone.
    to(page, "/outbox")
    expect(drafts).to_have_count(2)
    drafts.filter(has_text="更正").get_by_role("button", name="放弃草稿").click()
    expect(drafts).to_have_count(1)
    drafts.get_by_role("link", name="继续填写").click()
    expect(page.get_by_label("备注")).to_have_value("早先，续")


def test_a_report_waits_for_the_photos_still_in_work(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene
    to(page, f"/report/{world.lift.pk}")
    answer_all(page)
    page.get_by_role("button", name="添加隐患").click()
    fault = page.locator("fieldset")
    file = page.get_by_role("button", name="提交报告")

    # An empty defect would be refused by the server: it is told here.
    file.click()
    expect(page.get_by_text("还有 1 项未填 · 1 处隐患没有写明")).to_be_visible()
    expect(fault.get_by_role("alert")).to_have_text("请写明隐患。")
    fault.get_by_label("隐患描述").fill("层门锁紧失效")

    page.evaluate(HOLD_PICTURES)
    fault.get_by_label("选照片").set_input_files([picture(40)])
    expect(page.get_by_text("还有 1 张照片正在处理")).to_be_visible()
    expect(file).to_be_disabled()
    expect(fault.get_by_role("button", name="删除", exact=True)).to_be_disabled()
    # Whoever goes back and comes again finds it still in work, and then in its place.
    to(page, "/today")
    expect(page.get_by_role("tab").first).to_be_visible()
    to(page, f"/report/{world.lift.pk}")
    expect(file).to_be_disabled()
    page.evaluate("letPictures()")
    expect(fault.locator("img")).to_have_count(1)

    card = page.locator("section").filter(has=page.get_by_role("heading", name="照片"))
    card.get_by_label("选照片").set_input_files([picture(5 * grey) for grey in range(31)])
    expect(card.locator("figure")).to_have_count(30)
    expect(card.get_by_role("alert")).to_have_text("最多 30 张照片，另有 1 张没有加入。")
    for _ in range(30):
        card.locator("figure button").first.click()
    file.click()
    delivered(page)
    assert Report.objects.get().record.evidence.count() == 1


def test_a_draft_outlives_its_unit_and_then_another_person_may_come(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene

    def without_the_lift(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(json=answer.json() | {"gone": [world.lift.pk], "units": []})

    to(page, f"/report/{world.lift.pk}")
    answer_all(page)
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.evaluate(PUT_DRAFT, draft(999_999, owner=world.lin.pk))
    page.context.route("**/mobile/v1/pack?cursor=*", without_the_lift)
    to(page, "/today")
    page.get_by_role("button", name="更新设备包").click()
    expect(page.get_by_text("本机 1 台设备")).to_be_visible()

    page.reload()
    to(page, "/outbox")
    drafts = page.locator("li.item.draft")
    expect(drafts).to_have_count(2)
    drafts.filter(has_text="#999999").get_by_role("button", name="放弃草稿").click()
    expect(drafts).to_have_count(1)
    drafts.get_by_role("link", name="继续填写").click()
    page.get_by_role("button", name="提交报告").click()
    delivered(page)
    assert Report.objects.get().unit_id == world.lift.pk

    # Nothing is unsent: whoever comes next may sign in where this sign-in has run out.
    DeviceToken.objects.update(expiry=clock.now())
    page.reload()
    expect(page.get_by_text("您或他人都可以登录")).to_be_visible()
    page.get_by_label("用户名").fill("")
    sign_in(page, "wei")
    expect(page.get_by_text("没有待发送的工作。")).to_be_visible()
    expect(page.locator("li.item")).to_have_count(0)
    to(page, "/settings")
    expect(page.get_by_text("Wei", exact=True)).to_be_visible()


def test_a_scan_that_a_full_phone_does_not_keep_is_told(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    _world, (code, *_unused) = scene
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("""() => {
      const own = IDBObjectStore.prototype.add;
      window.room = () => { IDBObjectStore.prototype.add = own; };
      IDBObjectStore.prototype.add = function () {
        this.transaction.abort();
        throw new DOMException('full', 'QuotaExceededError');
      };
    }""")
    look_up(page, code)
    expect(page.get_by_role("alert")).to_contain_text("扫码没有保存")
    page.evaluate("room()")
    look_up(page, code)
    expect(page.get_by_role("heading", level=1)).to_have_text("标签有效，但设备：检验超期")
    assert errors == []


def test_what_a_full_phone_does_not_keep_stays_in_hand(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene
    to(page, f"/report/{world.lift.pk}")
    expect(page.locator(".entries > li").first).to_be_visible()
    page.evaluate(FULL, "drafts")
    answer_all(page)
    page.get_by_label("备注").fill("曳引轮磨损严重")
    expect(page.get_by_role("alert").filter(has_text="没有保存成功")).to_be_visible()
    to(page, "/settings")
    expect(page.get_by_text("还有未送达的工作，不能退出。")).to_be_visible()
    to(page, "/outbox")
    page.get_by_role("link", name="继续填写").click()
    expect(page.get_by_label("备注")).to_have_value("曳引轮磨损严重")
    page.evaluate("room()")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.reload()
    to(page, "/outbox")
    page.get_by_role("link", name="继续填写").click()
    expect(page.get_by_label("备注")).to_have_value("曳引轮磨损严重")
    page.get_by_role("button", name="提交报告").click()
    delivered(page)


def test_a_report_left_at_once_can_be_opened_again(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene
    page.evaluate(LEFT_AT_ONCE, f"/report/{world.lift.pk}")
    to(page, f"/report/{world.lift.pk}")
    expect(page.locator(".entries > li").first).to_be_visible()


def test_a_measured_value_that_may_mean_two_numbers_is_asked_for_again(
    page: Page, scene: tuple[World, list[str]]
) -> None:
    world, _codes = scene
    to(page, f"/report/{world.lift.pk}")
    page.get_by_label("项目表").select_option(index=0)
    field = page.locator(".measure input").first
    field.fill("1,500")
    expect(page.get_by_role("alert").filter(has_text="请填数字")).to_be_visible()
    field.fill("１２．５")
    expect(page.get_by_role("alert").filter(has_text="请填数字")).to_have_count(0)
