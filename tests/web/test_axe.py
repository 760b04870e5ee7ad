"""Every page as each role, on desktop and phone, in light and dark: axe-core finds nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from playwright.sync_api import Browser, Page

from backend.accounts.models import Role, User
from backend.inspections.planned_tasks import announce_task
from backend.matters.models import Matter
from backend.notifications.actions import notify
from backend.notifications.models import Kind
from backend.web import urls
from tests.axe import violations
from tests.matters.offices import give_post
from tests.shape.belongings import belongings, names_of
from tests.shape.test_foreign_is_as_nonexistent import filled
from tests.web.builders import make_scene
from tests.web.test_risk_map import mapped
from tests.world import World, make_unit, make_user

PICTURES = os.environ.get("PICTURES", "")
"""A folder to save what was seen, or nothing."""
LOOKS = [(1280, "light"), (390, "dark")]
CROSSED = [(1280, "dark"), (390, "light")]
"""Seen by one role and by nobody: what is light for the one is built alike for the others."""
THOROUGH = ("", Role.SUPERVISOR)
ACCOUNT = ("accounts/login/", "accounts/logout/", "accounts/2fa/", "accounts/2fa/totp/activate/",
           "accounts/password/change/")  # fmt: skip
BESIDES = ("T/nonsense", "t/?code=x", "risk/?q=370102", "units/0/", "m-nowhere/")
"""Pages of other things than a route shows by itself: what is not found, what was typed wrong."""


def pages(role: str, names: dict[str, str], tag: str) -> Iterator[str]:
    """Each page that a browser opens by itself; those alike for all as one role, and as nobody."""
    for pattern in urls.pages:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        if "<path:raw>" in route:
            yield route.replace("<path:raw>", tag)
        elif not route.endswith(
            (
                "/end/",
                "/move/",
                "/announce/",
                "/cancel/",
                "/accept/",
                "/decline/",
                "/close/",
                "/open/",
                "/sign-out/",
                "/invite/",
                "/password/",
                "/reporter/",
                "/hints/",
                "/challenge/",
                "/pdf/",
                "/register/",
                "/issue/",
                "/replace/",
                "/withdraw/",
                "/supply/",
                "/hearing/",
                "/serve/",
                "/settle/",
                "/sheets/",
                "/bad-rows/",
                "/template/",
                "/offers/",
                "/read/",
                "/decide/",
                "/attach/",
                "/remove/",
                "<uuid:attachment>/",
                "<uuid:proof>/",
                "<int:attachment>/",
                "/take-back/",
                "/claim/",
                "/release/",
                "/hand-over/",
                "/filters/",
                "/rename/",
                "/delete/",
                "/file/",
                "/give/",
                "/urge/",
                "/opening/",
                "/signature/",
                "/return/",
                "/recall/",
                "/pass-on/",
                "/registration/",
                "/scan/",
                "/answer/",
                "/words/",
                "/ask/",
                "/fill/",
                "/set/",
                "/publish/",
                "/shifts/",
                "/phone/",
                "/swap/",
                "/agree/",
                "/refuse/",
                "/confirm/",
                "/mobile/",
                "/vcard/",
                "/vcards/",
            )
        ):
            yield filled(route, names)
    if role == Role.ADMINISTRATOR:
        yield f"administration/offices/{names['desk']}/"
        yield f"desk/address-book/{names['post']}/"
    if role in THOROUGH:
        yield from (*ACCOUNT, *BESIDES)


@pytest.fixture(scope="module")
def looked_at() -> set[tuple[str, int, str]]:
    """What has been seen how wide and in which colours: many pages are the same to many people."""
    return set()


def seen_of(page: Page) -> str:
    """The document as it stands now, but for where it leads to and what it sends unseen."""
    content = re.sub(r'<input type="hidden"[^>]*>', "", page.content())
    return re.sub(r'(<(?:a|form)\b[^>]*?\b(?:href|action)=")[/?][^"]*', r"\1", content)


def staged() -> tuple[World, dict[str, str], str]:
    """The cast with one of each thing to show, what they are called, and a tag."""
    world = mapped()
    scene = make_scene(world)
    second = make_unit("3110", world.lixia, world.mall, internal_no="4号客梯")
    things = belongings(second, world.mall, 3)
    announce_task(actor=world.ou, task=things["task"].pk)
    return world, names_of(things), scene.code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["", *Role.values])
def test_axe_finds_nothing_on_any_page(
    live_server: Any,
    browser: Browser,
    errand_kind: None,
    looked_at: set[tuple[str, int, str]],
    role: str,
) -> None:
    world, names, tag = staged()
    context = browser.new_context(locale="zh-CN")
    if role:
        user = world.qian if role == Role.ENTERPRISE else make_user("who", role, world.lixia)
        if role == Role.HANDLER:
            give_post(user, Matter.objects.get(pk=names["matter"]).office)
        notify(recipients=[user], kind=Kind.ASSIGNED, number="12365-7", path="/devices/")
        sign_in(context, live_server.url, user)
    page, found = context.new_page(), []
    for path in open_each(page, live_server.url, pages(role, names, tag)):
        sight = seen_of(page)
        for width, scheme in LOOKS + CROSSED * (role in THOROUGH):
            if (sight, width, scheme) in looked_at:
                continue
            looked_at.add((sight, width, scheme))
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"/{path} {width} {scheme}: {fault}" for fault in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"/{path} {width}: {wide} pixels wide")
            if PICTURES:
                name = f"{role or 'nobody'}-{path.strip('/').replace('/', '-') or 'home'}"
                picture = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=picture, full_page=True)
    assert not found, "\n".join(found)


def open_each(page: Page, url: str, paths: Iterable[str]) -> Iterator[str]:
    """Opens each page once and gives its path; what a form is only sent to is left out."""
    for path in dict.fromkeys(paths):
        if page.request.head(f"{url}/{path}").status == 405:
            continue
        answer = page.goto(f"{url}/{path}")
        assert answer is not None
        assert answer.status < 500
        yield path


def sign_in(context: Any, url: str, user: User) -> None:
    """Give the browser a session of ``user``."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
    context.add_cookies([cookie])
