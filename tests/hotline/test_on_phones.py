"""A matter of the hotline on the phone of its desk: facts as on the page, photos, a decision with its details."""

from __future__ import annotations

import hashlib
import io
import uuid
from typing import Any

import pytest

from backend.evidence.intake import receive_photo
from backend.evidence.models import Rendition
from backend.matters.models import Matter
from tests.hotline.cast import ZHANG, HotlineCast
from tests.inspections.drafting import jpeg
from tests.mobile_api.conftest import phone_of


@pytest.fixture
def matter(hotline_cast: HotlineCast) -> Matter:
    """A question with a photo, which waits for the operator."""
    shot = jpeg(3)
    file = receive_photo(
        actor=hotline_cast.world.lin, stream=io.BytesIO(shot), declared_size=len(shot),
        declared_sha256=hashlib.sha256(shot).hexdigest(),
    )  # fmt: skip
    Rendition.objects.get_or_create(
        file=file,
        kind=Rendition.Kind.SCREEN,
        defaults={"key": "s", "width": 1, "height": 1, "size": 1},
    )
    (child,) = hotline_cast.send(("question",), "电梯多久检一次", photos=[file])
    return child.matter


def test_the_facts_and_photos_of_the_page_come_without_the_reporter(hotline_cast, matter):
    phone = phone_of(hotline_cast.operator)
    answer = phone.get(f"/mobile/v1/matters/{matter.pk}")
    told = answer.json()
    assert ["", "电梯多久检一次"] in told["facts"]
    assert ZHANG.phone not in answer.content.decode()
    (photo,) = told["enclosures"]
    assert (photo["title"], photo["media_type"]) == ("照片 1", "image/jpeg")
    path = f"/mobile/v1/matters/{matter.pk}/enclosures/{photo['key']}"
    assert phone.get(path).json()["address"].startswith("http")
    foreign = phone_of(hotline_cast.neighbour_handler)
    assert foreign.get(path).status_code == 404


def test_what_the_citizen_is_told_comes_with_the_decision(hotline_cast, matter):
    phone = phone_of(hotline_cast.operator)
    offers = phone.get(f"/mobile/v1/matters/{matter.pk}").json()["decisions"]
    answer = next(offer for offer in offers if offer["decision"] == "answer")
    (field,) = answer["fields"]
    assert (field["name"], field["kind"], field["required"]) == ("answer", "lines", True)
    body = {"matter": matter.pk, "version": matter.version, "decision": "answer", "remark": "答复"}
    told = [word(phone, body), word(phone, body | {"details": {"answer": "每年一次"}})]
    assert told == ["rejected detail-unfit", "accepted"]
    matter.hotline.refresh_from_db()
    assert matter.hotline.answer == "每年一次"


def word(phone: Any, body: dict[str, Any]) -> str:
    sent = {"items": [{"id": str(uuid.uuid4()), "type": "decision", "body": body}]}
    (receipt,) = phone.post("/mobile/v1/decisions", sent, format="json").json()["receipts"]
    return f"{receipt['state']} {receipt['code']}".strip()
