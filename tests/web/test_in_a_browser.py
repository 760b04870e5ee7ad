"""The pages in a real browser: phone and desktop, light and dark, without JavaScript."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.web.builders import make_scene
from tests.world import build

PICTURES = os.environ.get("PICTURES", "")
"""A folder to save what was seen, or nothing."""


@pytest.mark.django_db(transaction=True)
def test_pages_fit_phone_and_desktop_in_light_and_dark(live_server, browser: Browser):
    scene = make_scene(build())
    client = Client()
    client.force_login(scene.world.lin)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    paths = {"public-page": f"/T/{scene.code}", "unit-page": f"/units/{scene.lift.pk}/"}
    paths |= {"list": "/", "malformed": "/T/nonsense"}
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="zh-CN",
                java_script_enabled=False,
            )
            for name, path in paths.items():
                if name in ("unit-page", "list"):
                    context.add_cookies([cookie | {"url": live_server.url}])  # type: ignore[list-item]
                page = context.new_page()
                page.goto(live_server.url + path)
                assert page.locator("h1").count() == 1
                box = page.locator("body").bounding_box()
                assert box is not None
                assert page.locator("main").bounding_box()["width"] <= width  # type: ignore[index]
                if PICTURES:
                    picture = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=picture, full_page=True)
                page.close()
            context.close()
