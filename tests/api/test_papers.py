"""Papers by REST: the same rights, conventions of the door, and a trace of who fetched what."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.lib import clock
from backend.papers.models import Download, Paper
from backend.papers.tasks import make_pdf
from tests.papers.scenes import FIELDS, Desk, build_desk, draft, issue, register

URL = "/api/v1/papers"


@pytest.fixture
def desk(world) -> Desk:
    return build_desk(world)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(client: APIClient, url: str, body=None, *, key: str = "", **headers: str):
    return client.post(
        url, body, format="json", headers={"Idempotency-Key": key or str(uuid.uuid4())} | headers
    )


def letter(desk: Desk, **changes):
    return {
        "office": desk.bureau.pk, "template": "complaint-acceptance", "addressee": "张三",
        "fields": FIELDS,
    } | changes  # fmt: skip


def test_a_paper_goes_from_draft_to_service(desk: Desk):
    writer, clerk, key = client_of(desk.writer), client_of(desk.clerk), str(uuid.uuid4())
    made = post(writer, URL, letter(desk), key=key)
    assert made.status_code == 201, made.content
    assert post(writer, URL, letter(desk), key=key).status_code == 200
    place = f"{URL}/{made.json()['id']}"
    etag = writer.get(place)["ETag"]
    edited = writer.patch(place, {"addressee": "李四"}, format="json", headers={"If-Match": etag})
    assert (edited.status_code, edited.json()["addressee"]) == (200, "李四")
    body = {"series": desk.series.pk}
    assert post(clerk, f"{place}/registration", body, **{"If-Match": etag}).status_code == 412
    assert post(clerk, f"{place}/registration", body).status_code == 428
    etag = clerk.get(place)["ETag"]
    registered = post(clerk, f"{place}/registration", body, **{"If-Match": etag})
    assert registered.json()["number"] == f"历市监诉受〔{clock.today().year}〕1号"
    issued = post(clerk, f"{place}/issue").json()
    assert (issued["state"], issued["pdf_sha256"]) == ("issued", "")
    assert clerk.get(f"{place}/pdf").status_code == 409
    make_pdf(issued["job"])
    answer = writer.get(f"{place}/pdf")
    assert answer.status_code == 302
    assert Download.objects.get().user == desk.writer
    today = clock.today().isoformat()
    sent = post(
        writer,
        f"{place}/services",
        {"kind": "direct", "recipient": "李四", "sent_on": today},
    )
    assert sent.status_code == 201, sent.content
    outcome = f"{place}/services/{sent.json()['id']}/outcome"
    served = post(writer, outcome, {"state": "served", "served_on": today})
    assert served.json()["state"] == "served"
    assert [s["state"] for s in writer.get(place).json()["services"]] == ["served"]
    assert len(writer.get(f"{place}/services").json()["results"]) == 1
    new = post(writer, f"{place}/replacement")
    assert (new.status_code, new.json()["replaces"]) == (201, issued["id"])
    gone = post(clerk, f"{URL}/{new.json()['id']}/withdrawal", {"reason": "不必"})
    assert gone.json()["state"] == "withdrawn"


def test_a_refusal_names_the_field(desk: Desk):
    answer = post(client_of(desk.writer), URL, letter(desk, fields=FIELDS | {"phone": ""}))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/fields/phone"
    answer = post(client_of(desk.writer), URL, letter(desk, fields={"phone": {"a": 1}}))
    assert answer.status_code == 400


def test_the_list_shows_ones_own_line_by_state_office_template_and_number(desk: Desk):
    paper, other = register(desk), draft(desk)
    clerk = client_of(desk.clerk)

    def shown(**asked) -> list[int]:
        return [row["id"] for row in clerk.get(URL, asked).json()["results"]]

    assert shown() == [other.pk, paper.pk]
    assert shown(state="draft") == [other.pk]
    assert shown(number=paper.number) == [paper.pk]
    assert shown(office=desk.other.pk) == []
    assert shown(template="complaint-refusal") == []
    assert len(client_of(desk.superior).get(URL).json()["results"]) == 2
    assert client_of(desk.stranger).get(URL).json()["results"] == []


def test_what_is_not_ones_own_is_not_there(desk: Desk):
    paper = issue(desk)
    stranger = client_of(desk.stranger)
    assert stranger.get(f"{URL}/{paper.pk}").status_code == 404
    assert stranger.get(f"{URL}/{paper.pk}/pdf").status_code == 404
    assert stranger.get(f"{URL}/{paper.pk}/services").status_code == 404
    assert post(stranger, f"{URL}/{paper.pk}/withdrawal", {"reason": "x"}).status_code == 404
    assert post(client_of(desk.keeper), URL, letter(desk)).status_code == 403
    assert not Download.objects.exists()


def test_a_list_asks_the_database_as_often_for_many_papers(desk: Desk):
    clerk = client_of(desk.clerk)
    counts = []
    for _ in range(2):
        register(desk)
        register(desk)
        with CaptureQueriesContext(connection) as caught:
            assert clerk.get(URL).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert Paper.objects.count() == 4


def test_series_are_opened_and_listed(desk: Desk):
    keeper, body = client_of(desk.keeper), {"office": desk.bureau.pk, "word": "历市监发"}
    assert keeper.post("/api/v1/paper-series", body, format="json").status_code == 201
    assert keeper.post("/api/v1/paper-series", body, format="json").status_code == 200
    words = [row["word"] for row in keeper.get("/api/v1/paper-series").json()["results"]]
    assert sorted(words) == ["历市监发", "历市监诉受"]
    assert client_of(desk.stranger).get("/api/v1/paper-series").json()["results"] == []
    wrong = keeper.post("/api/v1/paper-series", body | {"form": "{word}"}, format="json")
    assert wrong.json()["type"] == "/problems/form-malformed"


def test_templates_are_told_with_their_fields(desk: Desk):
    rows = client_of(desk.clerk).get("/api/v1/paper-templates").json()["results"]
    assert {row["code"] for row in rows} >= {
        "complaint-acceptance", "complaint-refusal", "mediation-end", "mediation-agreement",
        "letter-answer", "application-refusal", "official-document",
    }  # fmt: skip
    assert all(row["confidence"] == "C" for row in rows)
