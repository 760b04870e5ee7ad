"""The app comes in parts, and works without a network all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.pwa.conftest import Phone
from tests.pwa.scenes import overdue_lift, sign_in, take_pack
from tests.world import World


@pytest.fixture
def scene(transactional_db: None) -> World:
    """A lift that is overdue."""
    world, _codes = overdue_lift()
    return world


def test_screens_and_a_language_never_seen_before_come_without_a_network(
    scene: World, phone: Callable[..., Phone]
) -> None:
    mine = phone()
    page = mine.on()
    sign_in(page)
    take_pack(page)
    mine.kill()
    page = mine.on(offline=True)
    expect(page.get_by_text("本机 2 台设备")).to_be_visible()
    for place, seen in (
        ("/outbox", page.get_by_text("没有记录")),
        ("/scan", page.get_by_label("输入标签编号")),
        (f"/unit/{scene.lift.pk}", page.get_by_text("联网后显示历史与照片。")),
        (f"/report/{scene.lift.pk}", page.get_by_role("button", name="提交报告")),
        ("/settings", page.get_by_role("button", name="退出登录")),
    ):
        page.evaluate(f"location.hash = '{place}'")
        expect(seen).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    mine.kill()
    page = mine.on(offline=True)
    expect(page.get_by_text("2 units on this phone")).to_be_visible()
    assert mine.errors == []


def test_a_screen_that_does_not_come_says_so(scene: World, phone: Callable[..., Phone]) -> None:
    assert scene
    mine = phone(service_workers="block")
    page = mine.on()
    sign_in(page)

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/settings-*.js", cut)
    page.get_by_role("link", name="设置").click()
    expect(page.get_by_text("这一页没有加载出来")).to_be_visible()
    page.unroute("**/settings-*.js")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
