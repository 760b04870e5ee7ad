"""Rules of domain 10.1 and 15: kinds by date, directions, numbers (rule 24), and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from backend.accounts.models import Role
from backend.documents.attachments import attach_file
from backend.documents.drafts import edit_document
from backend.documents.models import Document, DocumentKind, Layout, Party
from backend.documents.paragraphs import read_paragraphs
from backend.documents.wording import Wording
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import take_back
from backend.matters.hand_overs import add_signer
from backend.matters.links import add_link
from backend.matters.models import Assignment, Link, Matter
from backend.offices.models import Post, Substitution
from backend.papers.models import Paper
from tests.documents.cast import DocumentCast, step
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_docx, make_locked_pdf, make_pdf
from tests.world import make_user

pytestmark = pytest.mark.django_db


def refused(code: str, act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code, caught.value.detail
    assert str(caught.value.detail)
    return caught.value


def test_rule_24_a_number_comes_at_registration_and_neither_gaps_nor_repeats(
    cast: DocumentCast,
) -> None:
    first, second, third = (cast.sign(cast.write()) for _ in range(3))
    assert not Document.objects.exclude(number=None).exists()
    year = clock.today().year
    assert cast.register(first).number == f"历市监发〔{year}〕1号"
    # What is undone after its number was taken gives it back.
    refused("detail-unfit", lambda: step(cast.clerk, second, "register"))
    with transaction.atomic():
        cast.register(second)
        transaction.set_rollback(True)
    assert cast.register(third).number == f"历市监发〔{year}〕2号"
    step(cast.clerk, third, "withdraw", remark="重复行文")
    assert Paper.objects.get(document=third).state == "withdrawn"
    second.refresh_from_db()
    assert cast.register(second).number == f"历市监发〔{year}〕3号"


def test_rule_24_a_joint_document_bears_the_number_of_its_host_alone(cast: DocumentCast) -> None:
    document = cast.write(
        joint=[cast.neighbour], main=[cast.city], direction="level", kind="letter"
    )
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    told = refused("joint-office-missing", lambda: step(cast.leader, document, "sign"))
    assert cast.neighbour.name in str(told.detail)
    step(cast.leader, document, "give-back", remark="请市中局会签")
    step(cast.clerk, document, "countersign", persons=(cast.neighbour_leader.pk,))
    step(cast.neighbour_leader, document, "agree")
    step(cast.leader, document, "sign")
    step(cast.clerk, document, "approve")
    cast.register(document)
    assert document.number.startswith("历市监发")
    assert Paper.objects.filter(series=cast.series).count() == 1


def test_the_kinds_of_2012_and_of_2000_hold_each_in_its_time(cast: DocumentCast) -> None:
    assert DocumentKind.objects.in_force(dt.date(2026, 11, 28)).count() == 15
    assert DocumentKind.objects.in_force(dt.date(2012, 7, 1)).count() == 15
    assert DocumentKind.objects.in_force(dt.date(2012, 6, 30)).count() == 13
    then = DocumentKind.objects.in_force(dt.date(2006, 1, 1))
    assert then.get(code="minutes").name == "会议纪要"
    assert not then.filter(code="communique").exists()
    refused("kind-unknown", lambda: cast.write(kind="telegram"))
    assert Layout.objects.in_force(dt.date(2026, 1, 1)).get().confidence == "C"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "letter"}, "direction-unfit", "direction"),
        ({"main": []}, "recipient-missing", "main"),
        ({"body": ""}, "body-missing", "body"),
    ],
)
def test_a_draft_is_checked_before_it_goes_on(
    cast: DocumentCast, changes: dict[str, Any], code: str, field: str
) -> None:
    document = cast.write(**changes)
    told = refused(code, lambda: step(cast.handler, document, "submit"))
    assert told.field == field
    assert Matter.objects.get(pk=document.pk).state == "drafting"


def test_a_request_is_about_one_matter_and_goes_to_one_recipient_and_names_its_signer(
    cast: DocumentCast,
) -> None:
    refused(
        "recipients-too-many",
        lambda: step(cast.handler, cast.request(main=[cast.city, "区政府"]), "submit"),
    )
    refused("signer-missing", lambda: step(cast.handler, cast.request(signer=None), "submit"))
    document = cast.request(copy=["区政府"])
    for _ in range(2):
        add_link(document.matter, Link.Kind.FOLLOWS, cast.write().matter)
    refused("matters-too-many", lambda: step(cast.handler, document, "submit"))
    step(cast.handler, cast.request(), "submit")


@pytest.mark.parametrize("comma", ["，", ","])
def test_a_report_holds_no_request(cast: DocumentCast, comma: str) -> None:
    said = {"kind": "report", "title": "关于检验工作的报告"}
    document = cast.request(body=f"检验工作情况如下。\n妥否{comma}请批示。", **said)
    told = refused("request-in-report", lambda: step(cast.handler, document, "submit"))
    assert "请批示" in str(told.detail)
    step(cast.handler, cast.request(body="检验工作情况如下。特此报告。", **said), "submit")


def test_a_secret_document_is_an_entry_alone(cast: DocumentCast) -> None:
    secret = {"secrecy": "secret", "secret_years": 10, "kind": "notice"}
    refused("secret-has-text", lambda: cast.write(**secret))
    document = cast.write(body="", actor=cast.clerk, **secret)
    refused(
        "document-frozen",
        lambda: attach_file(
            actor=cast.clerk, document=document.pk, version=None, title="", sent=sent(make_pdf())
        ),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(body="秘密")
    cast.register(document)
    assert document.number.endswith("1号")
    assert Paper.objects.get(document=document).fields["title"] == "通知"
    assert not Matter.objects.visible_to(cast.city_leader).filter(pk=document.pk).exists()
    for years in (None, 11):
        kept = cast.write(body="", actor=cast.clerk, **(secret | {"secret_years": years}))
        refused("secret-years-wrong", lambda kept=kept: cast.register(kept))
    draft = cast.write()
    refused("secret-has-text", lambda: edit(cast, draft, secrecy="secret"))
    refused("secret-has-text", lambda: edit(cast, draft, secrecy="secret", body=""))


def edit(cast: DocumentCast, document: Document, actor=None, **columns: Any) -> Document:
    return edit_document(
        actor=actor or cast.handler,
        document=document.pk,
        version=None,
        wording=Wording(columns=columns),
    )


def test_what_is_signed_stays_as_it_is_whoever_writes(cast: DocumentCast) -> None:
    document = cast.write()
    attach_file(
        actor=cast.handler, document=document.pk, version=None, title="名单", sent=sent(make_pdf())
    )
    cast.sign(document)
    refused("document-frozen", lambda: edit(cast, document, title="别的"))
    rows = Document.objects.filter(pk=document.pk)
    for column, value in (("title", "别的"), ("body", "别的"), ("direction", "level")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(**{column: value})
    attachment, party = document.attachments.get(), document.parties.get()
    for change in (
        attachment.delete,
        party.delete,
        lambda: document.attachments.update(sha256="0" * 64),
        lambda: Party.objects.create(document=document, part="copy", place=9, name="某"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    cast.register(document)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(frozen_sha256="", signed_on=None)


def test_a_review_corrects_no_substance_and_a_change_is_signed_anew(cast: DocumentCast) -> None:
    document = cast.write()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    step(cast.leader, document, "sign")
    document.refresh_from_db()
    before = document.frozen_sha256
    refused("detail-unfit", lambda: step(cast.clerk, document, "correct", details={"body": "别的"}))
    step(cast.clerk, document, "correct", details={"note": "此件公开发布"})
    refused("detail-unfit", lambda: step(cast.clerk, document, "change", remark="改"))
    step(cast.clerk, document, "change", details={"title": "关于电梯的通知"}, remark="标题有误")
    document.refresh_from_db()
    assert (document.title, document.frozen_sha256) == ("关于电梯的通知", "")
    matter = Matter.objects.get(pk=document.pk)
    assert (matter.state, matter.title) == ("signing", "关于电梯的通知")
    refused("not-offered", lambda: step(cast.leader, document, "approve"))
    step(cast.leader, document, "sign")
    document.refresh_from_db()
    assert document.frozen_sha256 not in ("", before)
    step(cast.clerk, document, "reopen", remark="重新起草")
    document.refresh_from_db()
    assert document.frozen_sha256 == ""
    edit(cast, document, body="改写。")


def test_who_signs_what_goes_up_is_who_is_named_and_holds_the_post_today(
    cast: DocumentCast,
) -> None:
    other = make_user("other-leader", Role.LEADER, cast.world.lixia)
    document = cast.request()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    refused("signer-other", lambda: step(other, document, "sign"))
    yesterday = clock.today() - dt.timedelta(days=1)
    Post.objects.filter(user=cast.leader).update(ends_on=yesterday)
    assert refused("not-found", lambda: step(cast.leader, document, "sign")).status == 404
    told = refused("signer-unfit", lambda: step(other, document, "sign"))
    assert str(cast.leader) in str(told.detail)
    document.refresh_from_db()
    assert (document.frozen_sha256, document.body[:4]) == ("", "因工作需")
    step(other, document, "give-back", remark="签发人已离任")
    edit(cast, document, actor=cast.clerk, signer=other)
    step(cast.clerk, document, "pass")
    step(other, document, "sign")


def test_the_substitute_of_the_signer_signs_for_him_with_both_names(cast: DocumentCast) -> None:
    vice = make_user("vice", Role.CLERK, cast.world.lixia)
    today = clock.today()
    Substitution.objects.create(
        post=Post.objects.get(user=cast.leader), substitute=vice, starts_on=today, ends_on=today,
        reason="出差", made_by=cast.leader, made_at=clock.now(),
    )  # fmt: skip
    document = cast.request()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    step(vice, document, "sign")
    document.refresh_from_db()
    signed = document.matter.steps.get(action="sign")
    assert (document.signed_by, signed.on_behalf_of) == (vice, cast.leader)


def test_a_signer_added_before_and_after_is_asked_and_all_have_signed(cast: DocumentCast) -> None:
    second = make_user("second-leader", Role.LEADER, cast.world.lixia)
    document = cast.request()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    asked = Assignment.objects.get(matter=document.pk, state="open")
    add_signer(actor=cast.leader, assignment=asked.pk, version=None, person=second, before=True)
    refused("not-allowed", lambda: step(cast.leader, document, "sign"))
    step(second, document, "sign")
    document.refresh_from_db()
    assert document.frozen_sha256 == ""
    step(cast.leader, document, "sign")
    document.refresh_from_db()
    assert document.is_frozen


def test_a_drafter_takes_a_submitted_draft_back_until_somebody_acted(cast: DocumentCast) -> None:
    document = cast.write()
    step(cast.handler, document, "submit")
    take_back(actor=cast.handler, matter=document.pk, version=None)
    assert Matter.objects.get(pk=document.pk).state == "drafting"
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    refused(
        "nothing-to-take-back",
        lambda: take_back(actor=cast.handler, matter=document.pk, version=None),
    )


def test_hostile_attachments_are_told_clearly_and_leave_nothing(cast: DocumentCast) -> None:
    document = cast.write()
    for content, code in (
        (make_locked_pdf(), "file-encrypted"),
        (make_pdf()[:300], "file-damaged"),
        (make_pdf(300), "file-too-long"),
        (make_docx(word__vbaProject_bin="x"), "file-active"),
        (b"MZ", "file-type"),
    ):
        refused(
            code,
            lambda content=content: attach_file(
                actor=cast.handler, document=document.pk, version=None, title="附件",
                sent=sent(content),
            ),
        )  # fmt: skip
    assert not document.attachments.exists()
    content = make_docx()
    for _ in range(2):
        attach_file(
            actor=cast.handler, document=document.pk, version=None, title="名单",
            sent=sent(content),
        )  # fmt: skip
    assert document.attachments.count() == 1


def test_who_may_not_is_told_so(cast: DocumentCast) -> None:
    document = cast.write()
    refused("not-allowed", lambda: cast.write(cast.world.lin))
    refused("not-found", lambda: step(cast.neighbour_clerk, document, "submit"))
    refused("not-found", lambda: edit(cast, document, actor=cast.neighbour_clerk, title="别的"))
    refused("not-allowed", lambda: edit(cast, document, actor=cast.clerk, title="别的"))
    cast.sign(document)
    series = {"series": cast.series.pk}
    refused("not-allowed", lambda: step(cast.leader, document, "register", details=series))


def test_headings_are_told_by_their_ordinals() -> None:
    told = read_paragraphs(
        "前言。\n\n一、总则\n（一）范围。本办法适用于电梯。\n1.单位\n（1）个人\n2.5米以上。"
    )
    assert [(one.level, one.heading) for one in told] == [
        (0, ""), (1, "一、总则"), (2, "（一）范围。"), (3, "1.单位"), (4, "（1）个人"), (0, ""),
    ]  # fmt: skip
