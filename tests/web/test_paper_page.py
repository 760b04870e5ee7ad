"""The page of a paper: a clerk takes it from its draft to its service without a word of REST."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.lib import clock
from backend.papers.models import Download, Paper
from backend.papers.tasks import make_pdf
from tests.inspections.drafting import jpeg
from tests.papers.scenes import FIELDS, Desk, build_desk, draft, issue


@pytest.fixture
def desk(world) -> Desk:
    return build_desk(world)


def test_a_clerk_takes_a_paper_to_its_service(client, desk: Desk):
    paper = draft(desk)
    client.force_login(desk.clerk)
    place = f"/papers/{paper.pk}/"
    page = client.get(place).content.decode()
    for said in ("张三", FIELDS["respondent"], "2026年11月20日", f"{place}register/"):
        assert said in page
    client.post(f"{place}register/", {"series": desk.series.pk})
    client.post(f"{place}issue/")
    paper.refresh_from_db()
    assert paper.state == "issued"
    make_pdf(str(paper.job_id))
    answer = client.get(f"{place}pdf/")
    assert (answer.status_code, Download.objects.get().user) == (302, desk.clerk)
    today = clock.today().isoformat()
    client.post(f"{place}serve/", {"kind": "left", "recipient": "张三", "sent_on": today})
    service = paper.services.get()
    photo = SimpleUploadedFile("回证.jpg", jpeg(1), "image/jpeg")
    client.post(
        f"{place}services/{service.pk}/settle/",
        {"state": "served", "served_on": today, "photo": photo},
    )
    service.refresh_from_db()
    assert (service.state, service.proof is not None) == ("served", True)
    assert "回证" not in client.get(place).content.decode()


def test_a_paper_is_replaced_and_withdrawn_by_buttons(client, desk: Desk):
    paper = issue(desk)
    client.force_login(desk.clerk)
    answer = client.post(f"/papers/{paper.pk}/replace/")
    new = Paper.objects.get(replaces=paper)
    assert answer["Location"] == f"/papers/{new.pk}/"
    client.post(f"/papers/{new.pk}/withdraw/", {"reason": "不必更换"})
    new.refresh_from_db()
    assert (new.state, new.withdrawal_reason) == ("withdrawn", "不必更换")


def test_what_is_refused_is_told_on_the_page(client, desk: Desk):
    paper = draft(desk)
    client.force_login(desk.clerk)
    answer = client.post(f"/papers/{paper.pk}/issue/", follow=True)
    assert "还没有文号" in answer.content.decode()
    answer = client.post(f"/papers/{paper.pk}/register/", {"series": "0"})
    assert answer.status_code == 422
    paper.refresh_from_db()
    assert paper.number is None


def test_what_was_filled_in_stays_where_a_form_is_refused(client, desk: Desk):
    paper = draft(desk)
    client.force_login(desk.clerk)
    place = f"/papers/{paper.pk}/"
    words = {"addressee": "李四", **FIELDS, "respondent": "甲" * 2001}
    refused = client.post(f"{place}edit/", words)
    assert refused.status_code == 422
    assert "甲" * 2001 in refused.content.decode()
    assert 'value="李四"' in refused.content.decode()
    turned = client.post(f"{place}edit/", {"addressee": "李\u202e四", **FIELDS})
    assert turned.status_code == 422
    assert "李\u202e四" in turned.content.decode()
    paper.refresh_from_db()
    assert paper.addressee == "张三"
    issued = issue(desk)
    make_pdf(str(issued.job_id))
    place = f"/papers/{issued.pk}/"
    late = {"kind": "post", "recipient": "王五", "sent_on": "2001-01-01", "remark": "挂号"}
    told = client.post(f"{place}serve/", late)
    assert (told.status_code, issued.services.count()) == (422, 0)
    assert 'value="王五"' in told.content.decode()
    client.post(f"{place}serve/", late | {"sent_on": clock.today().isoformat()})
    service = issued.services.get()
    settled = {"state": "served", "served_on": "", "remark": "门卫代收"}
    answer = client.post(f"{place}services/{service.pk}/settle/", settled)
    assert answer.status_code == 422
    assert "门卫代收" in answer.content.decode()


def test_others_are_told_404_or_403(client, desk: Desk):
    paper = draft(desk)
    client.force_login(desk.stranger)
    assert client.get(f"/papers/{paper.pk}/").status_code == 404
    assert client.post(f"/papers/{paper.pk}/issue/").status_code == 404
    client.force_login(desk.writer)
    assert client.get(f"/papers/{paper.pk}/").status_code == 200
    assert client.post(f"/papers/{paper.pk}/issue/").status_code == 403
    assert "register/" not in client.get(f"/papers/{paper.pk}/").content.decode()
