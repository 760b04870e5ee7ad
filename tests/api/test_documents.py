"""Official documents by REST: the same rights, and the conventions of the door."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.test_papers import client_of, post
from tests.documents.cast import BODY, DocumentCast, seat_documents
from tests.documents.conftest import key_settings, signing_key  # noqa: F401 - fixtures
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_locked_pdf, make_pdf

URL = "/api/v1/documents"


@pytest.fixture
def cast(world) -> DocumentCast:
    return seat_documents(world)


def draft(cast: DocumentCast, **changes):
    return {
        "kind": "notice", "direction": "down", "title": "关于开展电梯安全专项检查的通知", "body": BODY,
        "main": [{"office": cast.neighbour.code}, {"name": "各镇街"}],
    } | changes  # fmt: skip


def decide(client, pk: int, decision: str, **more):
    etag = client.get(f"/api/v1/matters/{pk}")["ETag"]
    body = {"decision": decision} | more
    return post(client, f"/api/v1/matters/{pk}/decisions", body, **{"If-Match": etag})


def test_a_document_goes_from_draft_to_issue(cast: DocumentCast, signing_key):  # noqa: F811
    handler, clerk, leader = map(client_of, (cast.handler, cast.clerk, cast.leader))
    key = str(uuid.uuid4())
    made = post(handler, URL, draft(cast), key=key)
    assert made.status_code == 201, made.content
    assert post(handler, URL, draft(cast), key=key).status_code == 200
    assert post(handler, URL, draft(cast, title="别的"), key=key).status_code == 422
    pk = made.json()["id"]
    assert made.json()["parties"][0] == {
        "part": "main", "office": cast.neighbour.code, "name": cast.neighbour.name,
    }  # fmt: skip
    headers = {"If-Match": made["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    edited = handler.patch(f"{URL}/{pk}", {"note": "公开"}, format="json", headers=headers)
    assert (edited.status_code, edited.json()["note"]) == (200, "公开"), edited.content
    stale = headers | {"Idempotency-Key": str(uuid.uuid4())}
    assert handler.patch(f"{URL}/{pk}", {}, format="json", headers=stale).status_code == 412
    for content, status in ((make_pdf(2), 201), (make_locked_pdf(), 422)):
        headers = {"If-Match": "*", "Idempotency-Key": str(uuid.uuid4())}
        attached = handler.post(
            f"{URL}/{pk}/attachments", {"file": sent(content)}, format="multipart", headers=headers
        )
        assert attached.status_code == status, attached.content
    assert attached.json()["type"] == "/problems/file-encrypted"
    [one] = handler.get(f"{URL}/{pk}").json()["attachments"]
    assert (one["title"], one["pages"]) == ("附件", 2)
    assert handler.get(f"{URL}/{pk}/attachments/{one['id']}").status_code == 302
    assert handler.get(f"{URL}/{pk}/pdf").content.startswith(b"%PDF-")
    assert decide(handler, pk, "submit").status_code == 200
    assert decide(clerk, pk, "pass").status_code == 200
    assert decide(leader, pk, "sign").json()["facts"]["signed_by"] == "signer"
    assert decide(clerk, pk, "approve").status_code == 200
    registered = decide(clerk, pk, "register", details={"series": cast.series.pk})
    assert registered.json()["number"].startswith("历市监发〔")
    assert decide(clerk, pk, "print", details={"print_copies": 5}).status_code == 200
    assert decide(clerk, pk, "issue").status_code == 200
    assert clerk.get(f"{URL}/{pk}/pdf").status_code == 302


def test_an_attachment_is_taken_off_a_draft_alone(cast: DocumentCast):
    handler = client_of(cast.handler)
    pk = post(handler, URL, draft(cast)).json()["id"]
    headers = {"If-Match": "*", "Idempotency-Key": str(uuid.uuid4())}
    place = f"{URL}/{pk}/attachments"
    one = handler.post(place, {"file": sent(make_pdf())}, format="multipart", headers=headers)
    headers = {"If-Match": "*", "Idempotency-Key": str(uuid.uuid4())}
    assert handler.delete(f"{place}/{one.json()['id']}", headers=headers).status_code == 204
    assert handler.get(f"{URL}/{pk}").json()["attachments"] == []


def test_who_has_not_the_right_drafts_nothing_and_a_stranger_sees_nothing(cast: DocumentCast):
    pk = post(client_of(cast.handler), URL, draft(cast)).json()["id"]
    assert post(client_of(cast.world.lin), URL, draft(cast)).status_code == 403
    stranger = client_of(cast.neighbour_clerk)
    for path in (f"{URL}/{pk}", f"{URL}/{pk}/pdf"):
        assert stranger.get(path).status_code == 404
    assert stranger.get(URL).json()["results"] == []
    assert stranger.get(f"{URL}/search", {"text": "电梯"}).json()["results"] == []


def test_a_search_tells_the_place_and_goes_on_by_pages(cast: DocumentCast):
    for _ in range(3):
        cast.write()
    handler = client_of(cast.handler)
    first = handler.get(f"{URL}/search", {"text": "电梯", "limit": 2}).json()
    assert first["results"][0]["place"] == {
        "found_in": "title", "before": "关于开展", "hit": "电梯", "after": "安全专项检查的通知",
    }  # fmt: skip
    last = handler.get(first["next"]).json()
    assert (len(last["results"]), last["next"]) == (1, None)
    assert handler.get(f"{URL}/search", {"text": "电"}).status_code == 400
    assert handler.get(f"{URL}/search").status_code == 400


def test_lists_cost_the_same_however_long(cast: DocumentCast):
    handler = client_of(cast.handler)
    for path, asked in ((URL, {}), (f"{URL}/search", {"text": "电梯"})):
        counts = []
        for _ in range(2):
            cast.write()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert handler.get(path, asked).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1], path


def test_the_kinds_are_told_with_their_days(cast: DocumentCast):
    told = client_of(cast.handler).get(f"{URL}/kinds").json()["results"]
    assert len(told) == 28
    assert {row["valid_to"] for row in told} == {None, "2012-07-01"}
