"""The doors of online approval: REST and pages of the enterprise, the desk and everybody."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.approvals.models import Application, Attachment, Ban, Certificate
from backend.approvals.named_things import get_enclosed_files
from backend.directory.models import LegalEntity, Membership, Person
from backend.evidence.models import File
from backend.lib.problems import Refused
from backend.lib.public_throttle import PublicThrottle
from backend.matters.enclosures import list_enclosures
from backend.matters.models import Matter
from backend.papers.models import Download
from backend.papers.tasks import make_pdf
from tests.approvals.cast import Hall, step
from tests.evidence.office_files import make_pdf as make_document
from tests.inspections.drafting import jpeg
from tests.world import make_user

pytestmark = pytest.mark.django_db


def client_of(user: User | None) -> APIClient:
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    return client


def send(user: User, path: str, body: Any, **headers: Any) -> Any:
    told = {"Idempotency-Key": str(headers.pop("key", uuid.uuid4()))}
    told |= {"If-Match": headers.pop("match")} if "match" in headers else {}
    return client_of(user).post(f"/api/v1/{path}", body, format="json", headers=told)


def send_file(user: User, content: bytes, **headers: Any) -> Any:
    told = {"Idempotency-Key": str(headers.pop("key", uuid.uuid4()))}
    body = {"file": SimpleUploadedFile("证.pdf", content, "application/pdf")}
    path = "/api/v1/application-files"
    return client_of(user).post(path, body, format="multipart", headers=told)


def body_of(hall: Hall, **changes: Any) -> dict[str, Any]:
    picture = hall.enclose("product")
    return {
        "kind": "use-registration",
        "applicant": hall.world.mall.pk,
        "unit": hall.world.lift.pk,
        "form": hall.fill("use-registration", hall.world.lift),
        "files": [{"document": "product", "sha256": picture.file.sha256}],
    } | changes


def test_an_application_over_rest_is_filed_once_and_followed(hall: Hall) -> None:
    qian, key, body = hall.world.qian, uuid.uuid4(), body_of(hall)
    first, second = (send(qian, "applications", body, key=key) for _turn in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == second.json()
    told = first.json()
    assert (told["state"], told["possible"]) == ("received", ["withdraw"])
    assert Application.objects.count() == 1
    other = send(qian, "applications", body | {"files": []}, key=key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-conflict")
    one = client_of(qian).get(f"/api/v1/applications/{told['id']}")
    assert one["ETag"] == f'"{told["id"]}-1"'
    listed = client_of(qian).get("/api/v1/applications?kind=use-registration&open=true").json()
    assert [row["number"] for row in listed["results"]] == [told["number"]]
    assert client_of(qian).get("/api/v1/applications?colour=red").status_code == 400


def test_supplements_over_rest_need_the_version_that_was_read(hall: Hall) -> None:
    qian = hall.world.qian
    application = hall.apply()
    path = f"applications/{application.pk}"
    early = send(qian, f"{path}/supplement", {}, match=f'"{application.pk}-1"')
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-offered")
    step(hall.clerk, application, "ask-supplement", remark="缺合格证")
    assert send(qian, f"{path}/supplement", {}).status_code == 428
    old = send(qian, f"{path}/supplement", {}, match=f'"{application.pk}-1"')
    assert old.status_code == 412
    picture = hall.enclose("product", 9)
    files = [{"document": "product", "sha256": picture.file.sha256}]
    key, body = uuid.uuid4(), {"form": {"safety_manager": "王"}, "files": files}
    match = f'"{application.pk}-2"'
    first = send(qian, f"{path}/supplement", body, match=match, key=key)
    again = send(qian, f"{path}/supplement", body, match=match, key=key)
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert first.json()["form"]["safety_manager"] == "王"
    assert Matter.objects.get(pk=application.pk).version == 3
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "gift"}, 422),
        ({"kind": 7.5}, 422),
        ({"applicant": 987654321}, 422),
        ({"applicant": "x"}, 400),
        ({"unit": None}, 400),
        ({"unit": 987654321}, 422),
        ({"form": []}, 400),
        ({"form": {"colour": "red"}}, 422),
        ({"form": {"safety_manager": {"a": 1}}}, 400),
        ({"files": [{"document": "product", "sha256": "0" * 64}]}, 422),
        ({"files": [{"document": "product"}]}, 400),
        ({"purpose": "gift"}, 400),
        ({"purpose": "renewal"}, 422),
    ],
)
def test_what_is_malformed_or_unknown_is_told_and_nothing_is_written(
    hall: Hall, change: dict[str, Any], status: int
) -> None:
    answer = send(hall.world.qian, "applications", body_of(hall) | change)
    assert answer.status_code == status, answer.content
    assert not Matter.objects.exists()


def test_who_sees_it_and_who_does_not(hall: Hall) -> None:
    application = hall.apply()
    path = f"/api/v1/applications/{application.pk}"
    for user, status in (
        (hall.world.qian, 200), (hall.clerk, 200), (hall.high_leader, 200), (hall.neighbour, 404),
        (None, 401),
    ):  # fmt: skip
        assert client_of(user).get(path).status_code == status, user
    assert client_of(hall.world.qian).get(f"/api/v1/matters/{application.pk}").status_code == 404
    for action in ("withdrawal", "supplement", "hearing"):
        # The office sees it, and only the applicant may.
        told = send(hall.clerk, f"applications/{application.pk}/{action}", {}, match="*")
        assert told.status_code == 404


def test_papers_are_fetched_by_the_applicant_and_each_is_written_down(hall: Hall) -> None:
    application = hall.apply()
    step(hall.clerk, application, "accept")
    issued = application.papers.get()
    path = f"/api/v1/applications/{application.pk}/papers/{issued.paper_id}"
    early = client_of(hall.world.qian).get(path)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/paper-not-made")
    make_pdf(str(issued.paper.job_id))
    assert client_of(hall.world.qian).get(path).json()["url"].startswith("http")
    assert Download.objects.get().user == hall.world.qian
    assert client_of(hall.neighbour).get(path).status_code == 404
    assert client_of(hall.world.qian).get(path.replace(str(issued.paper_id), "987654")).status_code == 404  # fmt: skip


def test_a_licence_ends_over_rest_by_right(hall: Hall) -> None:
    hall.to_certificate(hall.apply("filling-licence"))
    certificate = Certificate.objects.get()
    path, body = f"certificates/{certificate.pk}/ending", {"ending": "revoked", "reason": "查实"}
    assert send(hall.high_clerk, path, body).status_code == 403
    assert send(hall.leader, path, body).status_code == 404
    told = send(hall.high_leader, path, body)
    assert (told.status_code, told.json()["ending"]) == (200, "revoked")
    mine = client_of(hall.world.qian).get("/api/v1/certificates").json()["results"]
    assert [row["number"] for row in mine] == [certificate.number]


def test_a_list_asks_the_database_as_often_for_many_rows(hall: Hall) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client_of(hall.world.qian).get("/api/v1/applications").status_code == 200
        return len(caught)

    hall.apply("construction-notice")
    few = count()
    for _turn in range(6):
        hall.apply("construction-notice")
    assert count() == few


def test_everybody_reads_guides_and_decisions_without_personal_data(hall: Hall) -> None:
    person = Person.objects.create(name="司马电工", employer=hall.world.mall)
    refused = hall.apply("personnel", person=person)
    step(hall.clerk_of("370100"), refused, "not-accept", ground="not-ours", remark="请向省局申请")
    sole = LegalEntity.objects.create(name="欧阳春花", natural_person=True, region=hall.world.lixia)
    hall.inspect(hall.world.lift)
    granted = hall.apply()
    hall.to_certificate(granted)
    Application.objects.filter(pk=granted.pk).update(applicant=sole)
    told = client_of(None).get("/api/v1/application-decisions?outcome=granted")
    assert told.status_code == 200
    [row] = told.json()["results"]
    assert (row["outcome"], row["certificate_no"][:2]) == ("granted", "梯1")
    for path in ("/api/v1/application-decisions", "/applications/decisions/"):
        text = Client().get(path).content.decode()
        for secret in ("司马电工", "欧阳春花", "王安全"):
            assert secret not in text
    guides = client_of(None).get("/api/v1/application-guides").json()
    assert [guide["name"] for guide in guides][:2] == ["use-registration", "construction-notice"]
    assert Client().get("/applications/guides/use-registration/").status_code == 200
    assert Client().get("/applications/guides/gift/").status_code == 404


def test_what_is_public_is_limited(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicThrottle, "get_rate", lambda _self: "2/min")
    for path in ("/api/v1/application-decisions", "/applications/decisions/"):
        answers = [Client().get(path, REMOTE_ADDR=f"10.0.{len(path)}.7") for _turn in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]


def page_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled_in(hall: Hall) -> dict[str, Any]:
    form = hall.fill("use-registration", hall.world.lift)
    return {f"form.{name}": text for name, text in form.items()} | {"key": str(uuid.uuid4())}


def new_path(hall: Hall) -> str:
    return (
        f"/applications/new/use-registration/?applicant={hall.world.mall.pk}"
        f"&unit={hall.world.lift.pk}"
    )


def test_the_page_prefills_takes_pictures_and_gives_the_receipt(hall: Hall) -> None:
    page = page_of(hall.world.qian)
    shown = page.get(new_path(hall)).content.decode()
    assert hall.world.lift.device_code in shown
    picture = SimpleUploadedFile("证.jpg", jpeg(3), "image/jpeg")
    sent = filled_in(hall)
    answer = page.post(new_path(hall), sent | {"files-product": [picture]}, follow=True)
    application = Application.objects.get()
    assert application.matter.number in answer.content.decode()
    assert application.attachments.get().document == "product"
    again = page.post(new_path(hall), sent)
    assert (again.status_code, Application.objects.count()) == (422, 1)
    assert application.matter.number in page.get("/applications/mine/").content.decode()
    assert page_of(hall.neighbour).get(f"/applications/{application.pk}/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg"),
        SimpleUploadedFile("x.pdf", b"%PDF-1.7 \n/JavaScript", "application/pdf"),
        SimpleUploadedFile("x.jpg", jpeg(3)[:200], "image/jpeg"),
    ],
)
def test_a_hostile_picture_is_refused_and_no_application_is_half_made(
    hall: Hall, bad: SimpleUploadedFile
) -> None:
    bad.seek(0)
    answer = page_of(hall.world.qian).post(
        new_path(hall), filled_in(hall) | {"files-product": [bad]}
    )
    assert answer.status_code == 422
    assert not Matter.objects.exists()


def test_the_pages_supply_withdraw_and_tell_what_is_refused(hall: Hall) -> None:
    application = hall.apply()
    step(hall.clerk, application, "ask-supplement", remark="缺合格证")
    page, path = page_of(hall.world.qian), f"/applications/{application.pk}/"
    assert "缺合格证" in page.get(path).content.decode()
    old = {"key": str(uuid.uuid4()), "version": 1}
    assert page.post(f"{path}supply/", filled_in(hall) | old).status_code == 422
    now = {"key": str(uuid.uuid4()), "version": 2}
    assert page.post(f"{path}supply/", filled_in(hall) | now).status_code == 302
    assert page.post(f"{path}hearing/", now | {"version": 3}).status_code == 422
    why = {"key": str(uuid.uuid4()), "remark": "重填"}
    refused = page.post(f"{path}withdraw/", why | {"version": 1})
    assert refused.status_code == 422
    assert 'value="重填"' in refused.content.decode()
    page.post(f"{path}withdraw/", why | {"version": 3})
    assert Matter.objects.get(pk=application.pk).outcome == "withdrawn"


def test_the_desk_shows_the_form_and_what_the_register_would_say(hall: Hall) -> None:
    application = hall.apply(enclosed=[hall.enclose("product")])
    page = page_of(hall.clerk)
    shown = page.get(f"/desk/matters/{application.pk}/", headers={"accept-language": "zh-hans"})
    text = shown.content.decode()
    assert "目前不能办理登记" in text
    hall.inspect(hall.world.lift)
    again = page.get(f"/desk/matters/{application.pk}/", headers={"accept-language": "zh-hans"})
    assert "目前不能办理登记" not in again.content.decode()
    assert client_of(hall.clerk).get(f"/api/v1/matters/{application.pk}").status_code == 200


def test_a_day_of_expiry_narrows_the_list(hall: Hall) -> None:
    hall.to_certificate(hall.apply("filling-licence"))
    path = "/api/v1/certificates?expires_before="
    mine = client_of(hall.world.qian)
    late = dt.date(2099, 1, 1)
    assert len(mine.get(f"{path}{late}").json()["results"]) == 1
    assert mine.get(f"{path}2020-01-01").json()["results"] == []


def test_a_pdf_is_sent_named_and_read_by_both_sides(
    hall: Hall, django_capture_on_commit_callbacks: Any
) -> None:
    qian = hall.world.qian
    with django_capture_on_commit_callbacks(execute=True):
        told = send_file(qian, make_document(3))
    assert told.status_code == 201, told.content
    assert (told.json()["media_type"], told.json()["pages"]) == ("application/pdf", 3)
    files = [{"document": "product", "sha256": told.json()["sha256"]}]
    made = send(qian, "applications", body_of(hall, files=files)).json()
    [one] = made["attachments"]
    assert (one["document"], one["pages"]) == ("product", 3)
    path = f"/api/v1/applications/{made['id']}/files/{one['id']}"
    page = f"/applications/{made['id']}/files/{one['id']}/"
    for user, status in ((qian, 200), (hall.clerk, 200), (hall.neighbour, 404)):
        assert client_of(user).get(path).status_code == status, user
        assert page_of(user).get(page).status_code == (302 if status == 200 else 404), user
    assert page in page_of(qian).get(f"/applications/{made['id']}/").content.decode()
    assert page in page_of(hall.clerk).get(f"/desk/matters/{made['id']}/").content.decode()
    listed = {one.key: one for one in list_enclosures(hall.clerk, Matter.objects.get())}
    [enclosed] = listed.values()
    assert enclosed.media_type == "application/pdf"
    assert enclosed.hand_out(hall.clerk)


def test_a_file_is_sent_once_under_a_key_and_named_by_its_sender_alone(hall: Hall) -> None:
    qian, key, content = hall.world.qian, uuid.uuid4(), make_document()
    first, again = (send_file(qian, content, key=key) for _turn in range(2))
    assert first.json() == again.json()
    assert send_file(qian, make_document(2), key=key).status_code == 422
    assert send_file(hall.clerk, make_document()).status_code == 403
    other = make_user("stranger", Role.ENTERPRISE, None)
    Membership.objects.create(user=other, entity=hall.world.plant)
    with pytest.raises(Refused) as refused:
        get_enclosed_files(other, [("product", first.json()["sha256"])])
    assert refused.value.code == "file-unknown"


def test_a_pdf_is_no_photo_of_a_report(hall: Hall) -> None:
    told = send_file(hall.world.qian, make_document())
    mine = File.objects.sent_by([hall.world.qian.pk])
    assert not mine.filter(sha256=told.json()["sha256"]).exists()


def test_what_lacks_is_listed_once_and_brought_at_once(hall: Hall) -> None:
    qian, application = hall.world.qian, hall.apply()
    unfits: tuple[Any, ...] = ({"documents": ["portrait"]}, {"documents": "p"}, {"documents": [{}]})
    for unfit in unfits:
        with pytest.raises(Refused) as refused:
            step(hall.clerk, application, "ask-supplement", remark="缺", details=unfit)
        assert refused.value.code == "detail-unfit"
    lacking = {"documents": ["inspection", "product"]}
    step(hall.clerk, application, "ask-supplement", remark="报告看不清", details=lacking)
    missing = application.papers.get().paper.fields["missing"]
    assert missing.splitlines() == [
        "1. 产品合格证及产品数据表", "2. 监督检验证书或者首次检验报告", "报告看不清",
    ]  # fmt: skip
    shown = page_of(qian).get(f"/applications/{application.pk}/").content.decode()
    assert shown.count(" required></div>") == 2
    digest = send_file(qian, make_document()).json()["sha256"]
    path, match = f"applications/{application.pk}/supplement", f'"{application.pk}-2"'
    half = {"files": [{"document": "product", "sha256": digest}]}
    told = send(qian, path, half, match=match)
    assert (told.status_code, told.json()["type"]) == (422, "/problems/documents-lacking")
    assert told.json()["documents"] == ["inspection"]
    assert not application.attachments.exists()
    whole = [{"document": name, "sha256": digest} for name in ("product", "inspection")]
    answer = send(qian, path, {"files": whole}, match=match)
    assert (answer.status_code, answer.json()["state"]) == (200, "received")
    assert application.attachments.count() == 2


def test_a_licence_ends_on_its_page_and_the_public_page_says_so(hall: Hall) -> None:
    hall.to_certificate(hall.apply("filling-licence"))
    certificate = Certificate.objects.get()
    path = f"/certificates/{certificate.pk}/"
    verify = f"/V/{certificate.paper.code}"
    assert f"{path}end/" in page_of(hall.high_leader).get(path).content.decode()
    assert certificate.number in page_of(hall.world.qian).get("/certificates/").content.decode()
    for user, status in ((hall.world.qian, 403), (hall.high_clerk, 403), (hall.leader, 404)):
        body = {"ending": "revoked", "reason": "发生事故"}
        assert page_of(user).post(f"{path}end/", body).status_code == status, user
    for user in (hall.world.qian, hall.high_clerk):
        assert f"{path}end/" not in page_of(user).get(path).content.decode(), user
    empty = page_of(hall.high_leader).post(f"{path}end/", {"ending": "revoked", "reason": " "})
    assert empty.status_code == 422
    assert "ending" not in Client().get(verify, headers={"accept": "application/json"}).json()
    body = {"ending": "revoked", "reason": "发生事故"}
    assert page_of(hall.high_leader).post(f"{path}end/", body).status_code == 302
    public = Client().get(verify, headers={"accept": "application/json"}).json()
    assert (public["state"], public["ending"]) == ("withdrawn", "revoked")
    chinese = {"accept-language": "zh-hans", "accept": "text/html"}
    assert "吊销" in Client().get(verify, headers=chinese).content.decode()
    paper = certificate.application.papers.order_by("-pk")[0].paper
    assert paper.template.code == "certificate-ending"
    assert (paper.fields["ending"], paper.fields["reason"]) == ("吊销", "发生事故")
    ban = Ban.objects.get()
    assert ban.until_day.isoformat() in paper.fields["consequence"]
    shown = page_of(hall.world.qian).get(path).content.decode()
    assert ban.until_day.isoformat() in shown
    assert paper.number in shown
    again = page_of(hall.high_leader).post(f"{path}end/", body | {"reason": "别的"})
    assert again.status_code == 422


def test_the_list_of_certificates_asks_as_often_for_many_rows(hall: Hall) -> None:
    def count() -> int:
        page = page_of(hall.world.qian)
        with CaptureQueriesContext(connection) as caught:
            assert page.get("/certificates/").status_code == 200
        return len(caught)

    hall.to_certificate(hall.apply("filling-licence"))
    one = Certificate.objects.get()
    few = count()
    for number in range(5):
        application = hall.apply("construction-notice")
        Certificate.objects.create(
            application=application, kind=one.kind, number=f"N{number}", holder=one.holder,
            valid_from=one.valid_from, expires_on=one.expires_on,
        )  # fmt: skip
    assert count() == few
