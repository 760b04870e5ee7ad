"""An official document on the phone of its leader: readable, with its files, and signed there."""

from __future__ import annotations

import uuid

from backend.documents.attachments import attach_file
from backend.lib import clock
from backend.papers.models import Series
from tests.documents.cast import BODY, step
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_pdf
from tests.mobile_api.conftest import phone_of


def read(user, path):
    return phone_of(user, f"p{uuid.uuid4()}").get(f"/mobile/v1/{path}")


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


def offer_of(user, document, decision):
    told = read(user, f"matters/{document.pk}").json()
    offer = next(one for one in told["decisions"] if one["decision"] == decision)
    return told["version"], {field["name"]: field for field in offer["fields"]}


def decided(user, document, version, decision, **body):
    facts = {"matter": document.pk, "version": version, "decision": decision} | body
    sending = {"items": [{"id": str(uuid.uuid4()), "type": "decision", "body": facts}]}
    phone = phone_of(user, f"p{uuid.uuid4()}")
    (receipt,) = phone.post("/mobile/v1/decisions", sending, format="json").json()["receipts"]
    return receipt["state"], receipt["code"]


def in_review(cast):
    document = cast.write(note="此件公开发布")
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    step(cast.leader, document, "sign")
    return document


def test_the_phone_shows_what_the_document_says_and_sends_it_back(cast):
    document = in_review(cast)
    version, fields = offer_of(cast.clerk, document, "correct")
    assert {name: field["value"] for name, field in fields.items()} == {
        "note": "此件公开发布", "retention": document.retention,
    }  # fmt: skip
    _version, changed = offer_of(cast.clerk, document, "change")
    assert changed["title"]["value"] == document.title
    assert changed["body"]["value"] == document.body
    said = {name: field["value"] for name, field in fields.items()} | {"note": "此件依申请公开"}
    told = decided(cast.clerk, document, version, "correct", details=said)
    assert told == ("accepted", "")
    document.refresh_from_db()
    assert (document.note, document.retention) == ("此件依申请公开", said["retention"])


def test_what_is_left_out_and_what_is_emptied_is_never_taken_for_unchanged(cast):
    document = in_review(cast)
    version, fields = offer_of(cast.clerk, document, "correct")
    said = {name: field["value"] for name, field in fields.items()}
    for details, told in (
        ({"retention": said["retention"]}, ("rejected", "detail-missing")),
        ({"note": "改"}, ("rejected", "detail-missing")),
        (said | {"retention": ""}, ("rejected", "detail-unfit")),
        (said | {"note": ""}, ("accepted", "")),
    ):
        assert decided(cast.clerk, document, version, "correct", details=details) == told
    document.refresh_from_db()
    assert document.note == ""
    version, _fields = offer_of(cast.clerk, document, "change")
    emptied = {"title": document.title, "body": ""}
    told = decided(cast.clerk, document, version, "change", details=emptied, remark="改")
    assert told == ("rejected", "detail-unfit")
    document.refresh_from_db()
    assert document.body == BODY


def test_a_number_of_another_office_is_not_taken_from_a_phone(cast):
    document = cast.sign(cast.write())
    version, _fields = offer_of(cast.clerk, document, "register")
    foreign = Series.objects.create(office=cast.neighbour, word="市市监发", opened_at=clock.now())
    told = decided(cast.clerk, document, version, "register", details={"series": foreign.pk})
    assert told == ("rejected", "detail-unfit")
