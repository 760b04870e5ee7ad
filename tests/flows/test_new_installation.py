"""An installation set up from docs/operating.md alone works, to the first report of its first inspector."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from backend.config.settings import ROOT
from tests.conftest import CHROMIUM
from tests.flows.installation import ADMINISTRATOR, PASSWORD, Installation
from tests.flows.tls_proxy import tls_proxy
from tests.pwa.scenes import answer_all, look_up
from tests.workers import until

REGISTER = """设备代码,品种代码,区划代码,使用地点,投用日期,使用登记证编号,使用登记日期,使用状态,定期检验日期,定期检验结论
31101037020150001,3110,370102,泉城路1号,2020-05-20,梯11鲁A3622（20）,2020-05-25,在用,2024-05-12,合格
"""
PHOTO = ROOT / "tests" / "evidence" / "images" / "hopper.jpg"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """The house after the last step of *Install without containers*, behind TLS."""
    house = Installation(tmp_path)
    try:
        house.set_up()
        with tls_proxy(house.ports["web"], tmp_path, port=house.ports["pages"]):
            yield house
    finally:
        house.take_down()


@pytest.fixture
def stranger_browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """A browser that takes the certificate of the proxy for a true one."""
    words = ["--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"]
    chromium = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=words)
    yield chromium
    chromium.close()


def open_browser(chromium: Browser, house: Installation, name: str, password: str) -> Page:
    """The page that somebody sees after signing in at the first page."""
    context = chromium.new_context(
        base_url=house.base, ignore_https_errors=True, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    return page


def open_account(admin: Page, username: str, role: str) -> str:
    """The password that the page shows for a new account over 历下区."""
    admin.goto("/administration/accounts/new/")
    admin.fill("input[name=username]", username)
    admin.select_option("select[name=role]", role)
    admin.select_option("select[name=region]", label="370102 历下区")
    admin.get_by_role("button", name="开通", exact=True).click()
    return admin.locator("dd.number b").inner_text()


def choose_password(page: Page, given: str) -> str:
    """The holder's own password, in place of the one that he was given."""
    own = f"{given}-of-his-own"
    page.wait_for_url("**/accounts/password/change/")
    page.fill("input[name=oldpassword]", given)
    page.fill("input[name=password1]", own)
    page.fill("input[name=password2]", own)
    page.press("input[name=password2]", "Enter")
    page.wait_for_url(lambda url: "/password/change" not in url)
    return own


def make_token(page: Page) -> str:
    """A token that may write what a register needs."""
    page.goto("/tokens/")
    page.fill("input[name=name]", "first register")
    for scope in ("imports", "tags", "jobs", "units"):
        page.check(f"input[name=scopes][value={scope}]")
    page.uncheck("input[name=read_only]")
    page.get_by_role("button", name="生成令牌").click()
    return page.locator("section[aria-labelledby=made] b").inner_text()


def ask(context: BrowserContext, token: str, method: str, path: str, **body: Any) -> Any:
    """What REST answers to a program with ``token``."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    answer = context.request.fetch(path, method=method, headers=headers, **body)
    assert answer.ok, answer.text()
    return answer.json()


def bring_in_register(context: BrowserContext, token: str) -> str:
    """The code of a tag on the one lift of ``REGISTER``."""
    file = {"name": "register.csv", "mimeType": "text/csv", "buffer": REGISTER.encode()}
    job = ask(context, token, "POST", "/api/v1/imports", multipart={"file": file})["id"]
    place = f"/api/v1/jobs/{job}"
    until(lambda: ask(context, token, "GET", place)["state"] in ("done", "failed"))
    told = ask(context, token, "GET", place)
    assert told["state"] == "done", told
    (lift,) = ask(context, token, "GET", "/api/v1/units")["results"]
    ask(context, token, "POST", "/api/v1/tags/batches", data={"count": 1})
    (tag,) = ask(context, token, "GET", "/api/v1/tags")["results"]
    where = f"/api/v1/tags/{tag['code']}/binding"
    ask(context, token, "POST", where, data={"unit": lift["id"]})
    return f"{tag['code']} {lift['id']}"


def file_report(phone: Page, name: str, password: str, code: str) -> None:
    """Signs in at the field client, enters the code of a tag and files a report with a photo."""
    phone.goto("/m/")
    phone.get_by_label("用户名").fill(name)
    phone.get_by_label("密码").fill(password)
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.get_by_role("button", name="下载设备包").click()
    expect(phone.get_by_text("本机 1 台设备")).to_be_visible(timeout=60_000)
    look_up(phone, code)
    phone.get_by_role("link", name="打开设备").click()
    phone.get_by_role("link", name="开始检验").click()
    answer_all(phone)
    card = phone.locator("section").filter(has=phone.get_by_role("heading", name="照片"))
    card.get_by_label("选照片").set_input_files(PHOTO)
    expect(card.locator("img")).to_have_count(1, timeout=60_000)
    phone.get_by_role("button", name="提交报告").click()
    expect(phone.get_by_role("heading", name="全部已送达服务器")).to_be_visible(timeout=60_000)


def test_the_first_report_of_a_new_house_arrives(
    installation: Installation, stranger_browser: Browser
) -> None:
    admin = open_browser(stranger_browser, installation, ADMINISTRATOR, PASSWORD)
    given = {role: open_account(admin, role, role) for role in ("registrar", "inspector")}

    registrar = open_browser(stranger_browser, installation, "registrar", given["registrar"])
    choose_password(registrar, given["registrar"])
    code, unit = bring_in_register(registrar.context, make_token(registrar)).split()

    inspector = open_browser(stranger_browser, installation, "inspector", given["inspector"])
    own = choose_password(inspector, given["inspector"])
    file_report(inspector, "inspector", own, code)

    # It stands in the life of the unit, and its picture is drawn.
    registrar.goto(f"/units/{unit}/")
    thumbnails = registrar.locator(".timeline img")
    until(lambda: registrar.reload() and thumbnails.count() == 1)
    assert "定期检验" in registrar.locator(".timeline").inner_text()
