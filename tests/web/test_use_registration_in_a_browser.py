"""From the enterprise's application to the unit in use and its tag's page in order, in a browser."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from backend.accounts.models import User
from backend.approvals.models import Application, Certificate
from backend.papers.tasks import make_pdf
from backend.units.models import UnitStatus
from tagging.actions import bind_tag, mint_batch
from tests.approvals.cast import Hall, seat_hall
from tests.axe import violations
from tests.inspections.drafting import jpeg
from tests.world import build

PICTURES = os.environ.get("PICTURES", "")
"""A folder to save what was seen, or nothing."""
PATIENCE_MS = 60_000


class Desks:
    """The browsers of several people."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    def page_of(self, user: User | None, path: str) -> Page:
        """What somebody sees at a path."""
        context = self.browser.new_context(locale="zh-CN")
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie: Any = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            context.add_cookies([cookie | {"url": self.url}])
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(self.url + path)
        return page

    def decide(self, user: User, application: Application, decision: str, **said: str) -> None:
        """Take a decision on the page of the matter."""
        page = self.page_of(user, f"/desk/matters/{application.pk}/")
        form = (
            page.locator("details.decision")
            .filter(has=page.locator("summary", has_text=decision))
            .first
        )
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        if "persons" in said:
            form.locator("select[name=persons]").select_option(label=said["persons"])
        if "remark" in said:
            form.locator("textarea[name=remark]").fill(said["remark"])
        look(page, f"desk-{decision}")
        with page.expect_navigation():
            form.get_by_role("button", name=decision, exact=True).click()
        assert page.locator(".messages .notice").count() == 0, page.locator(
            ".messages"
        ).inner_text()
        page.context.close()


def look(page: Page, name: str) -> None:
    """Nobody is kept out, and nothing is wider than the screen, whatever the screen."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{name} {width}: {fault}" for fault in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} {width}: too wide")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    assert not found, "\n".join(found)


def apply_in(desks: Desks, hall: Hall, folder: Path) -> Application:
    """Qian follows the button on the page of the lift, fills in what the register does not know, and applies."""
    picture = folder / "hege.jpg"
    picture.write_bytes(jpeg(5))
    page = desks.page_of(hall.world.qian, f"/units/{hall.world.lift.pk}/")
    page.get_by_role("link", name="申请使用登记").click()
    assert page.get_by_label("设备代码").input_value() == hall.world.lift.device_code
    for label, text in (
        ("安全管理员", "王安全"),
        ("安全管理员移动电话", "13905310001"),
        ("填表人", "钱"),
    ):
        page.get_by_label(re.compile(rf"^{label}[:：]?$")).fill(text)
    page.get_by_label("产品合格证及产品数据表").set_input_files(picture)
    look(page, "apply")
    with page.expect_navigation():
        page.get_by_role("button", name="申请", exact=True).click()
    application = Application.objects.get()
    assert application.matter.number in page.locator("main").inner_text()
    look(page, "receipt")
    page.context.close()
    return application


@pytest.mark.django_db(transaction=True)
def test_an_enterprise_applies_and_its_lift_is_in_use_with_the_tag_in_order(
    live_server: Any, browser: Browser, tmp_path: Path
) -> None:
    hall = seat_hall(build())
    lift, desks = hall.world.lift, Desks(browser, live_server.url)
    code = mint_batch(actor=hall.world.ou, count=1).tags.get().code
    bind_tag(actor=hall.world.ou, code=code, unit=lift)
    hall.inspect(lift)
    before = desks.page_of(None, f"/T/{code}").locator("main").inner_text()
    assert "未办理使用登记" in before

    application = apply_in(desks, hall, tmp_path)
    desks.decide(hall.clerk, application, "受理")
    desks.decide(hall.leader, application, "指派书面审查", persons="Hall-Reviewer")
    desks.decide(hall.reviewer, application, "符合", remark="材料齐全属实")
    desks.decide(hall.leader, application, "准予")
    desks.decide(hall.registrar, application, "制证发证")

    lift.refresh_from_db()
    certificate = Certificate.objects.get()
    assert (lift.status, lift.certificate_no) == (UnitStatus.IN_USE, certificate.number)
    make_pdf(str(certificate.paper.job_id))
    page = desks.page_of(hall.world.qian, f"/applications/{application.pk}/")
    said = page.locator("main").inner_text()
    assert "准予" in said
    assert "材料齐全属实" not in said, "what reviewers write is the office's own"
    look(page, "granted")
    page.get_by_role("link", name="核验").last.click()
    assert certificate.number in page.locator("main").inner_text()
    tag = desks.page_of(None, f"/T/{code}")
    shown = tag.locator("main").inner_text()
    assert certificate.number in shown
    assert "正常" in shown
    assert "未办理使用登记" not in shown
    decided = desks.page_of(None, "/applications/decisions/")
    assert certificate.number in decided.locator("main").inner_text()
    look(decided, "decisions")
    look(desks.page_of(None, "/applications/guides/use-registration/"), "guide")
