"""The files of a matter as pictures of their pages, which a phone can show and keep."""

from __future__ import annotations

import base64
import uuid
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from backend.matters.models import Matter
from media_config.storage import PrivateStorage
from tests.evidence.office_files import make_locked_pdf, make_pdf
from tests.matters.errands import open_errand, order_key
from tests.matters.offices import Desks
from tests.mobile_api.conftest import phone_of


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that waits for the operator."""
    return open_errand(desks.operator, desks.hotline)


def lay(matter: Matter, content: bytes) -> None:
    PrivateStorage().save(order_key(matter), BytesIO(content))


def pages(user: Any, matter: Matter, query: str = "") -> Any:
    path = f"/mobile/v1/matters/{matter.pk}/enclosures/order/pages{query}"
    return phone_of(user, f"p{uuid.uuid4()}").get(path)


def drawn(picture: str) -> Image.Image:
    image = Image.open(BytesIO(base64.b64decode(picture)))
    image.load()
    return image


def test_a_pdf_comes_as_pictures_of_its_pages_ten_at_a_time(desks, matter):
    lay(matter, make_pdf(12))
    first = pages(desks.operator, matter)
    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    told = first.json()
    assert (told["pages"], told["media_type"], len(told["pictures"])) == (12, "image/webp", 10)
    picture = drawn(told["pictures"][0])
    assert (picture.format, picture.width) == ("WEBP", 1080)
    # What is written on the page is on the picture: not all of it is white.
    assert min(low for low, _high in picture.getextrema()) < 100
    assert len(pages(desks.operator, matter, "?first=11").json()["pictures"]) == 2
    assert pages(desks.operator, matter, "?first=13").json()["pictures"] == []


@pytest.mark.parametrize("content", [b"%PDF-1.7 and then nothing", make_locked_pdf()])
def test_what_cannot_be_drawn_is_told(desks, matter, content):
    lay(matter, content)
    answer = pages(desks.operator, matter)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/file-not-shown")


def test_who_does_not_see_the_matter_gets_no_page_of_it(desks, matter):
    lay(matter, make_pdf())
    assert pages(desks.stranger, matter).status_code == 404
    nothing = pages(desks.stranger, Matter(pk=matter.pk + 1_000_000))
    assert pages(desks.stranger, matter).content == nothing.content


@pytest.mark.parametrize("wrong", ["?first=0", "?first=a", "?page=2"])
def test_what_is_asked_wrongly_is_refused(desks, matter, wrong):
    assert pages(desks.operator, matter, wrong).status_code == 400
