"""A hostile or broken document is told the same at every door through which files come, and leaves nothing."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.announcements.models import Announcement
from backend.approvals.models import Application
from backend.approvals.models import Attachment as Enclosed
from backend.documents.models import Attachment
from backend.evidence.models import File
from backend.incoming.models import IncomingDocument
from backend.lib import clock
from backend.matters.models import Matter
from backend.supervised_tasks.models import Proof
from media_config.storage import list_objects
from tests.announcements.board import build_board
from tests.approvals.cast import Hall, seat_hall, step
from tests.deliveries.scenes import Mailroom, build_mailroom
from tests.documents.cast import seat_documents
from tests.documents.sent_files import sent
from tests.evidence import office_files as made
from tests.inspections.drafting import jpeg
from tests.supervised_tasks.cast import seat_people
from tests.world import World

KEPT: tuple[type[models.Model], ...] = (
    File, Attachment, Enclosed, IncomingDocument, Matter, Application, Proof, Announcement,
)  # fmt: skip

Files = dict[str, tuple[Any, ...]]
"""By what it is: content, name, and the code at doors for PDF and DOCX, and for PDF and pictures."""


@functools.cache
def hostile_files() -> Files:
    """Each made once."""
    scan = "file-type"
    return {
        "too long": (made.make_pdf(300), "册.pdf", "file-too-long", "file-too-long"),
        "locked": (made.make_locked_pdf(), "锁.pdf", "file-encrypted", "file-encrypted"),
        "broken": (made.make_pdf()[:300], "断.pdf", "file-damaged", "file-damaged"),
        "script": (made.make_active_pdf(), "脚本.pdf", "file-active", "file-active"),
        "macros": (made.make_docx(word__vbaProject_bin="x"), "宏.docx", "file-active", scan),
        "polyglot": (made.make_polyglot(), "双.pdf", "file-polyglot", "file-polyglot"),
        "bomb": (made.make_zip_bomb(), "弹.docx", "file-bomb", scan),
        "other type": (made.make_pdf(), "合同.docx", "file-name-mismatch", "file-name-mismatch"),
        "renamed": (b"MZ\x90\x00 a program", "合同.pdf", "file-type", "file-type"),
    }


@dataclass(frozen=True)
class Door:
    """How a file is sent to one door, and which of the codes it answers."""

    send: Callable[[Any], HttpResponse]
    code: int
    by_page: bool


@pytest.fixture
def hall(world: World) -> Hall:
    """Where applications are decided."""
    return seat_hall(world)


def _rest(user: User, path: str, **facts: Any) -> HttpResponse:
    client = APIClient()
    client.force_authenticate(user)
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
    return client.post(f"/api/v1/{path}", facts, format="multipart", headers=headers)


def _page(user: User, path: str, **facts: Any) -> HttpResponse:
    client = Client()
    client.force_login(user)
    return client.post(path, {"key": str(uuid.uuid4())} | facts)


def _fields(filled: dict[str, str]) -> dict[str, str]:
    return {f"form.{name}": text for name, text in filled.items()}


def doors_of_documents(world: World) -> Iterator[Door]:
    """The attachments of a draft."""
    cast = seat_documents(world)
    first, second = (f"documents/{cast.write().pk}" for _turn in range(2))
    yield Door(lambda f: _rest(cast.handler, f"{first}/attachments", file=f, title="附"), 0, False)
    yield Door(lambda f: _attach(cast.handler, f"/desk/{second}/", f), 0, True)


def _attach(user: User, draft: str, file: Any) -> HttpResponse:
    """Sent with what the form of the draft shows, as a browser does."""
    client = Client()
    client.force_login(user)
    shown = client.get(f"{draft}edit/").context["form"]
    fields = {field.html_name: field.value() or "" for field in shown}
    attached = {"attach-key": str(uuid.uuid4()), "attach-title": "附", "attach-file": file}
    return client.post(f"{draft}attach/", fields | attached)


def doors_of_incoming(world: World) -> Iterator[Door]:
    """The scan of what came on paper."""
    room: Mailroom = build_mailroom(world)
    facts = {"office": room.city.pk, "title": "函", "sender": "某局", "urgency": "normal"}
    clerk = room.city_clerk
    yield Door(lambda f: _rest(clerk, "incoming", scan=f, **facts), 1, False)
    yield Door(lambda f: _page(clerk, "/desk/incoming/new/", scan=f, **facts), 1, True)


def doors_of_applications(world: World) -> Iterator[Door]:
    """What goes with an application, and what was asked for afterwards."""
    hall = seat_hall(world)
    qian, unit = world.qian, world.lift
    yield Door(lambda f: _rest(qian, "application-files", file=f), 1, False)
    new = f"/applications/new/use-registration/?applicant={world.mall.pk}&unit={unit.pk}"
    fields = _fields(hall.fill("use-registration", unit))
    yield Door(lambda f: _page(qian, new, **fields, **{"files-product": f}), 1, True)
    asked = hall.apply("filling-licence")
    lacking = asked.kind_row.documents[0].name
    told = {"remark": "缺", "details": {"documents": [lacking]}}
    step(hall.high_clerk, asked, "ask-supplement", **told)
    supply = _fields(asked.form) | {"version": "2"}
    path = f"/applications/{asked.pk}/supply/"
    yield Door(lambda f: _page(qian, path, **supply, **{f"files-{lacking}": f}), 1, True)


def doors_of_supervision(world: World) -> Iterator[Door]:
    """What proves that a task was done."""
    cast = seat_people(world)
    first, second = cast.handled(), cast.handled()
    doer = cast.lixia_handler
    proofs = f"supervised-tasks/{first.pk}/proofs"
    yield Door(lambda f: _rest(doer, proofs, file=f, title="证"), 1, False)
    page = f"/desk/supervised/{second.pk}/proofs/"
    told = {"title": "证", "version": Matter.objects.get(pk=second.pk).version}
    yield Door(lambda f: _page(doer, page, file=f, **told), 1, True)


def doors_of_announcements(world: World) -> Iterator[Door]:
    """What goes with an announcement."""
    board = build_board(world)
    said = {
        "title": "值班", "body": "请值班。", "office": board.province.pk, "offices": board.lixia.pk,
        "matters_until": str(clock.today()), "importance": "normal",
    }  # fmt: skip
    yield Door(lambda f: _rest(board.leader, "announcements", files=f, **said), 0, False)


DOORS = (
    doors_of_documents,
    doors_of_incoming,
    doors_of_applications,
    doors_of_supervision,
    doors_of_announcements,
)


def _kept() -> list[Any]:
    spool = settings.SPOOL_DIR
    left = [path.name for path in spool.glob("*") if path.is_file()] if spool.exists() else []
    return [model._default_manager.count() for model in KEPT] + [left, list(list_objects(""))]


@pytest.mark.parametrize(
    "doors",
    DOORS,
    ids=lambda f: f.__name__,
)
def test_each_hostile_file_is_told_by_its_code_and_nothing_is_kept(
    world: World, doors: Callable[[World], Iterator[Door]]
) -> None:
    for door in doors(world):
        before = _kept()
        for what, (content, name, *codes) in hostile_files().items():
            answer: Any = door.send(sent(content, name))
            code = codes[door.code]
            assert answer.status_code == 422, (what, answer.content)
            if not door.by_page:
                assert answer.json()["type"] == f"/problems/{code}", what
                assert answer.json()["detail"], what
        assert _kept() == before


@pytest.mark.parametrize(
    "doors",
    DOORS,
    ids=lambda f: f.__name__,
)
def test_a_sound_pdf_comes_in_by_each_door(
    world: World, doors: Callable[[World], Iterator[Door]]
) -> None:
    for pages, door in enumerate(doors(world), 1):
        answer: Any = door.send(sent(made.make_pdf(pages), "证.pdf"))
        assert answer.status_code in (201, 302), answer.content
    kept = File.objects.count() + Attachment.objects.count() + Announcement.objects.count()
    assert kept == pages


def test_a_photo_comes_in_where_scans_do_and_a_hostile_one_does_not(hall: Hall) -> None:
    qian = hall.world.qian
    for content, name, status in (
        (jpeg(3), "证.jpg", 201),
        (jpeg(3), "证.pdf", 422),
        (jpeg(4)[:200], "证.jpg", 422),
        (jpeg(4) + made.make_docx(), "证.jpg", 422),
    ):
        answer: Any = _rest(qian, "application-files", file=sent(content, name))
        assert answer.status_code == status, answer.content
    assert File.objects.count() == 1
