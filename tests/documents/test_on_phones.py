"""An official document on the phone of its leader: readable, with its files, and signed there."""

from __future__ import annotations

import uuid

from backend.documents.attachments import attach_file
from tests.documents.cast import BODY, step
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_pdf
from tests.mobile_api.conftest import phone_of


def read(user, path):
    return phone_of(user, path[-40:]).get(f"/mobile/v1/{path}")


def test_a_leader_reads_and_signs_on_the_phone(cast):
    document = cast.write()
    attach_file(
        actor=cast.handler, document=document.pk, version=None, title="电梯名单",
        sent=sent(make_pdf()),
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
    body = {"matter": document.pk, "version": waiting["version"], "decision": "sign", "remark": ""}
    sending = {"items": [{"id": str(uuid.uuid4()), "type": "decision", "body": body}]}
    phone = phone_of(cast.leader, "signs")
    (receipt,) = phone.post("/mobile/v1/decisions", sending, format="json").json()["receipts"]
    assert receipt["state"] == "accepted", receipt
    document.refresh_from_db()
    assert document.signed_by == cast.leader


def test_the_phone_is_told_the_series_that_a_number_may_come_from(cast):
    document = cast.sign(cast.write())
    told = read(cast.clerk, f"matters/{document.pk}").json()
    register = next(offer for offer in told["decisions"] if offer["decision"] == "register")
    series = next(field for field in register["fields"] if field["name"] == "series")
    assert [name for _key, name in series["choices"]] == [str(cast.series)]
