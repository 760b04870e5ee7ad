"""The pages on which official documents are drafted, found and looked at."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from backend.documents.models import Document
from tests.documents.cast import BODY, DocumentCast, seat_documents, step
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_docx, make_pdf

NEW = "/desk/documents/new/"


@pytest.fixture
def cast(world) -> DocumentCast:
    return seat_documents(world)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled_in(cast: DocumentCast, **changes):
    return {
        "key": str(uuid.uuid4()), "version": 1, "kind": "notice", "direction": "down",
        "urgency": "urgent", "title": "关于开展电梯安全专项检查的通知", "body": BODY,
        "main": f"{cast.neighbour.name}\r\n各镇街", "retention": "30", "secrecy": "open",
    } | changes  # fmt: skip


def test_a_draft_is_written_attached_to_and_seen_as_it_will_be_printed(cast: DocumentCast):
    client = signed_in(cast.handler)
    assert client.get(NEW).status_code == 200
    wrong = client.post(NEW, filled_in(cast, title=""))
    assert wrong.status_code == 422
    form = filled_in(cast)
    for _twice in range(2):
        sent_form = client.post(NEW, form)
        assert sent_form.status_code == 302, sent_form.content.decode()
    document = Document.objects.get()
    assert list(document.parties.values_list("office", "name")) == [
        (cast.neighbour.pk, cast.neighbour.name), (None, "各镇街"),
    ]  # fmt: skip
    page = client.get(f"/desk/matters/{document.pk}/").content.decode()
    assert document.title in page
    assert "各镇街" in page
    place = f"/desk/documents/{document.pk}/"
    edit = client.get(f"{place}edit/").content.decode()
    assert cast.neighbour.name in edit
    kept = client.post(f"{place}edit/", filled_in(cast, note="公开", version=1))
    assert kept.status_code == 302, kept.content.decode()
    now = filled_in(cast, note="尽快办理", version=2)
    attach = now | {"attach-key": str(uuid.uuid4()), "attach-title": "名单"}
    assert (
        client.post(f"{place}attach/", attach | {"attach-file": sent(make_pdf())}).status_code
        == 302
    )
    document.refresh_from_db()
    assert document.note == "尽快办理"
    macros = {"attach-key": str(uuid.uuid4()), "attach-file": sent(make_docx(word__vbaProject="x"))}
    later = filled_in(cast, note="三日内办理", version=4)
    refused = client.post(f"{place}attach/", later | macros)
    assert refused.status_code == 422
    assert "三日内办理" in refused.content.decode()
    document.refresh_from_db()
    assert document.note == "三日内办理"
    unfit = client.post(
        f"{place}attach/", filled_in(cast, title="", note="未写完", version=5) | macros
    )
    assert "未写完" in unfit.content.decode()
    attached = document.attachments.get()
    assert client.get(f"{place}attachments/{attached.pk}/").status_code == 302
    assert client.get(f"{place}pdf/").content.startswith(b"%PDF-")
    last = filled_in(cast, note="改后再取下", version=5)
    assert client.post(f"{place}attachments/{attached.pk}/remove/", last).status_code == 302
    document.refresh_from_db()
    assert document.note == "改后再取下"
    assert not document.attachments.exists()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    assert client.get(f"{place}edit/").status_code == 302


def test_all_authorities_below_are_recipients_in_one_click(cast: DocumentCast):
    clerk = cast.city_leader
    form = filled_in(cast, main="", below="right", signer="")
    assert signed_in(clerk).post(NEW, form).status_code == 302
    names = Document.objects.get().parties.values_list("name", flat=True)
    assert sorted(names) == sorted([cast.office.name, cast.neighbour.name])


def test_decisions_show_what_the_document_says_and_offer_the_series_of_the_office(
    cast: DocumentCast,
):
    document = cast.write(joint=[cast.neighbour])
    step(cast.handler, document, "submit")
    page = signed_in(cast.clerk).get(f"/desk/matters/{document.pk}/").content.decode()
    assert "Neighbour-Leader" in page
    step(cast.clerk, document, "countersign", persons=(cast.neighbour_leader.pk,))
    step(cast.neighbour_leader, document, "agree")
    step(cast.leader, document, "sign")
    page = signed_in(cast.clerk).get(f"/desk/matters/{document.pk}/").content.decode()
    assert page.count("根据《特种设备安全法》") == 2
    step(cast.clerk, document, "approve")
    page = signed_in(cast.clerk).get(f"/desk/matters/{document.pk}/").content.decode()
    assert "历市监发" in page


def test_what_is_looked_for_is_shown_with_its_place_and_a_stranger_sees_nothing(
    cast: DocumentCast,
):
    document = cast.write()
    client = signed_in(cast.handler)
    assert document.title in client.get("/desk/documents/").content.decode()
    found = client.get("/desk/documents/", {"text": "锅炉"}).content.decode()
    assert document.title not in found
    found = client.get("/desk/documents/", {"text": "小区"}).content.decode()
    assert "重点是住宅<mark>小区</mark>和医院" in found
    stranger = signed_in(cast.neighbour_clerk)
    assert document.title not in stranger.get("/desk/documents/?text=电梯").content.decode()
    for path in ("edit", "pdf"):
        assert stranger.get(f"/desk/documents/{document.pk}/{path}/").status_code == 404
    assert signed_in(cast.world.lin).get(NEW).status_code == 403
