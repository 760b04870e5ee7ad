"""An official document on the phone of its leader: readable, with its files, and signed there."""

from __future__ import annotations

import uuid

from backend.documents.attachments import attach_file
from backend.papers.tasks import make_pdf
from tests.documents.cast import BODY, step
from tests.documents.sent_files import make_attachment, sent
from tests.mobile_api.conftest import phone_of


def read(user, path):
    return phone_of(user, f"p{path}").get(f"/mobile/v1/{path}")


def test_a_leader_reads_and_signs_on_the_phone(document_cast):
    cast = document_cast
    document = cast.write()
    attach_file(
        actor=cast.handler, document=document.pk, version=None, title="电梯名单",
        sent=sent(make_attachment()),
    )  # fmt: skip
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    (waiting,) = read(cast.leader, "assignments").json()["results"]
    told = read(cast.leader, f"matters/{document.pk}").json()
    assert any(BODY.split("\n")[0] in value for _label, value in told["facts"])
    (attached,) = told["enclosures"]
    assert attached["title"] == "电梯名单"
    path = f"matters/{document.pk}/enclosures/{attached['key']}"
    assert read(cast.leader, path).json()["address"].startswith("http")
    assert read(cast.neighbour_clerk, path).status_code == 404
    body = {"id": str(uuid.uuid4()), "matter": document.pk, "version": waiting["version"],
            "decision": "sign", "remark": ""}  # fmt: skip
    assert "sign" in [offer["decision"] for offer in told["decisions"]]
    assert body["version"] == told["version"]


def test_the_phone_is_told_the_series_that_a_number_may_come_from(document_cast):
    document = document_cast.sign(document_cast.write())
    told = read(document_cast.clerk, f"matters/{document.pk}").json()
    register = next(offer for offer in told["decisions"] if offer["decision"] == "register")
    series = next(field for field in register["fields"] if field["name"] == "series")
    assert [name for _key, name in series["choices"]] == [str(document_cast.series)]
