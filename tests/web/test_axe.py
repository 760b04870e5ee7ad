"""Every page as each role, on desktop and phone, in light and dark: axe-core finds nothing.

A page is looked at where it shows an element of a kind that was not seen so wide and in these colours.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
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
BY_VALUE = frozenset({"class", "type", "role"})
"""Attributes whose value makes another kind of element."""
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
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


class Kinds(HTMLParser):
    """The kinds of element in a document: each with its class and attributes, below its parents."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.above: list[str] = []
        self.found: set[str] = set()
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = (f"{name}={value}" if name in BY_VALUE else name for name, value in sorted(attrs))
        self.above.append(" ".join([tag, *told]))
        self.found.add(" > ".join(self.above))
        if tag in VOID:
            self.above.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.above and self.above.pop().partition(" ")[0] != tag:
            pass


def staged() -> tuple[World, dict[str, str], str]:
    """The cast with one of each thing to show, what they are called, and a tag."""
    world = mapped()
    scene = make_scene(world)
    second = make_unit("3110", world.lixia, world.mall, internal_no="4号客梯")
    things = belongings(second, world.mall, 3)
    announce_task(actor=world.ou, task=things["task"].pk)
    return world, names_of(things), scene.code


@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_on_any_page_of_anybody(
    live_server: Any, browser: Browser, errand_kind: None
) -> None:
    world, names, tag = staged()
    looked_at: set[tuple[str, int, str]] = set()
    found = []
    for role in ("", *Role.values):
        context = browser.new_context(locale="zh-CN")
        if role:
            sign_in(context, live_server.url, somebody(world, role, names))
        page = context.new_page()
        for path, document in answers(page, live_server.url, pages(role, names, tag)):
            looks = LOOKS + CROSSED * (role in THOROUGH)
            sights = {(kind, *look) for kind in Kinds(document).found for look in looks}
            unseen = sorted({sight[1:] for sight in sights - looked_at})
            looked_at |= sights
            if unseen:
                page.goto(f"{live_server.url}/{path}")
            for look in unseen:
                found += [f"{role} /{path} {look}: {fault}" for fault in faults(page, *look)]
                keep_picture(page, f"{role or 'nobody'}-{path}", look)
        context.close()
    assert not found, "\n".join(found)


def somebody(world: World, role: str, names: dict[str, str]) -> User:
    """Who has this role, and something to be told; the handler sits where the matter lies."""
    user = world.qian if role == Role.ENTERPRISE else make_user(role, role, world.lixia)
    if role == Role.HANDLER:
        give_post(user, Matter.objects.get(pk=names["matter"]).office)
    notify(recipients=[user], kind=Kind.ASSIGNED, number="12365-7", path="/devices/")
    return user


def answers(page: Page, url: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with the document there; what a form is only sent to is left out."""
    for path in dict.fromkeys(paths):
        answer = page.request.get(f"{url}/{path}")
        assert answer.status < 500
        if answer.status != 405 and "html" in answer.headers["content-type"]:
            yield path, answer.text()


def faults(page: Page, width: int, scheme: str) -> Iterator[str]:
    """What axe finds on the page, so wide and in these colours, and whether it is wider than that."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    yield from violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} pixels wide"


def keep_picture(page: Page, name: str, look: tuple[int, str]) -> None:
    """Saves what is seen, where a folder is told."""
    if PICTURES:
        file = f"{name.strip('/').replace('/', '-')}-{look[0]}-{look[1]}.png"
        page.screenshot(path=Path(PICTURES) / file, full_page=True)


def sign_in(context: Any, url: str, user: User) -> None:
    """Give the browser a session of ``user``."""
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}
    context.add_cookies([cookie])
