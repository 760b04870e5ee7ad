"""People of authorities at their browsers."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, expect

from backend.accounts.models import User
from tests.web.test_clerk_day import sign_in


class Desk:
    """Somebody of an authority at his browser; what was shown to him is kept."""

    def __init__(self, browser: Browser, url: str, user: User) -> None:
        self.page = browser.new_context(locale="zh-CN").new_page()
        self.url, self.seen = url, ""
        sign_in(self.page, url, user.username)

    def open(self, matter: Any) -> None:
        """Come to the matter by the list of what waits for him."""
        self.page.goto(f"{self.url}/desk/")
        self.follow(self.page.locator(f".units a[href='/desk/matters/{matter.pk}/']"))

    def decide(self, matter: Any, decision: str, **fields: Any) -> None:
        """Open the matter, fill in what the decision asks for, and press its button."""
        self.open(matter)
        named = self.page.locator("summary").filter(has_text=re.compile(rf"^{decision}$"))
        form = self.page.locator("details.decision").filter(has=named)
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for label, value in fields.items():
            fill(form.get_by_label(re.compile(f"^{label}")), value)
        self.follow(form.get_by_role("button", name=decision, exact=True))
        expect(self.page.locator(".messages")).to_contain_text(f"已完成：{decision}")

    def follow(self, control: Any) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            control.click()
        self.seen += self.page.content()


def fill(control: Any, value: Any) -> None:
    """Put the value into a field of whatever kind."""
    tag = control.evaluate("each => each.type")
    if tag.startswith("select"):
        control.select_option(label=value)
    elif tag == "checkbox":
        control.check()
    else:
        control.fill(value)
