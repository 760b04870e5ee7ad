"""A document comes in, is registered, instructed, handled, circulated and archived (domain 10.2)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.accounts.models import Role, User
from backend.deliveries.actions import return_delivery, sign_for_delivery
from backend.deliveries.models import Delivery
from backend.documents.drafts import draft_document
from backend.documents.models import Document
from backend.documents.reference_files import load_document_rules
from backend.documents.wording import Wording
from backend.incoming.models import IncomingDocument
from backend.incoming.registration import Letter, register_delivery, register_letter
from backend.matters.decisions import decide
from backend.matters.models import Assignment, Link, Matter
from tests.deliveries.scenes import Mailroom
from tests.evidence.office_files import make_locked_pdf, make_pdf
from tests.hotline.test_story import step
from tests.inspections.drafting import jpeg
from tests.papers.test_number_papers import refusal
from tests.world import make_user

LETTER = Letter(
    title="关于商请提供电梯数据的函", sender="济南市住房局", sender_number="济建函〔2026〕7号"
)


def came_in(mailroom: Mailroom) -> IncomingDocument:
    """What the city signed for and registered."""
    delivery = mailroom.delivery(mailroom.city, title="关于开展电梯检查的通知")
    sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    return register_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)[0]


def write_in(mailroom: Mailroom, **facts: Any) -> IncomingDocument:
    """What came to the city on paper."""
    asked: dict[str, Any] = {
        "actor": mailroom.city_clerk,
        "office": mailroom.city.pk,
        "letter": LETTER,
        "key": uuid.uuid4(),
    }
    return register_letter(**(asked | facts))[0]


def leader_and_handler(mailroom: Mailroom) -> tuple[User, User]:
    city = mailroom.world.city
    return make_user("boss", Role.LEADER, city), make_user("doer", Role.HANDLER, city)


def state_of(matter: Matter) -> str:
    return str(Matter.objects.values_list("state", flat=True).get(pk=matter.pk))


def test_a_document_goes_from_its_registration_to_the_archive(mailroom: Mailroom):
    leader, handler = leader_and_handler(mailroom)
    clerk, matter = mailroom.city_clerk, came_in(mailroom).matter
    step(clerk, matter, "pass")
    step(clerk, matter, "propose", remark="建议特种科承办")
    step(leader, matter, "assign", remark="请办理")
    helpers = (mailroom.lixia_handler.pk, mailroom.shizhong_clerk.pk)
    step(handler, matter, "ask-all", persons=helpers, remark="请报数据")
    step(mailroom.lixia_handler, matter, "help", remark="已报")
    assert Assignment.objects.filter(matter=matter, state="open").count() == 1
    step(mailroom.shizhong_clerk, matter, "help", remark="已报")
    step(handler, matter, "finish", remark="已汇总")
    readers = (leader.pk, handler.pk)
    step(clerk, matter, "circulate-in-turn", persons=readers)
    with refusal("not-allowed"):
        step(handler, matter, "read")
    step(leader, matter, "read")
    step(handler, matter, "read")
    with refusal("detail-unfit"):
        step(clerk, matter, "archive")
    step(clerk, matter, "archive", details={"retention": "30"})
    matter.refresh_from_db()
    assert (matter.outcome, matter.incoming.retention) == ("done", "30")


def test_any_one_helper_suffices_where_any_is_asked(mailroom: Mailroom):
    leader, handler = leader_and_handler(mailroom)
    clerk, matter = mailroom.city_clerk, came_in(mailroom).matter
    step(clerk, matter, "pass")
    step(clerk, matter, "propose", remark="建议")
    step(leader, matter, "assign", remark="请办理")
    helpers = (mailroom.lixia_handler.pk, mailroom.shizhong_clerk.pk)
    step(handler, matter, "ask-any", persons=helpers, remark="请报数据")
    step(mailroom.lixia_handler, matter, "help", remark="已报")
    asked = Assignment.objects.get(matter=matter, state="open")
    assert (asked.node, asked.office) == ("handle", mailroom.city)


def test_a_leader_names_an_office_below_that_leads_and_urges_it(mailroom: Mailroom):
    leader, _handler = leader_and_handler(mailroom)
    clerk, matter = mailroom.city_clerk, came_in(mailroom).matter
    step(clerk, matter, "pass")
    step(clerk, matter, "propose", remark="建议历下局主办")
    step(leader, matter, "assign-below", office=mailroom.lixia.pk, remark="请历下局主办")
    step(leader, matter, "urge", remark="请抓紧")
    step(mailroom.lixia_handler, matter, "finish", remark="已办")
    asked = Assignment.objects.get(matter=matter, state="open")
    assert (asked.node, asked.office) == ("answer", mailroom.city)


def test_all_readers_of_a_circulation_are_asked_at_once(mailroom: Mailroom):
    leader, handler = leader_and_handler(mailroom)
    matter = came_in(mailroom).matter
    step(mailroom.city_clerk, matter, "pass")
    step(mailroom.city_clerk, matter, "circulate", persons=(leader.pk, handler.pk))
    step(handler, matter, "read")
    assert state_of(matter) == "circulating"
    step(leader, matter, "read")
    assert state_of(matter) == "archiving"


def test_what_is_wrong_at_the_first_review_goes_back_and_its_delivery_with_it(mailroom: Mailroom):
    child = came_in(mailroom)
    with refusal("remark-missing"):
        step(mailroom.city_clerk, child.matter, "return")
    step(mailroom.city_clerk, child.matter, "return", remark="主送单位有误")
    delivery = Delivery.objects.get(pk=child.delivery_id)
    assert (delivery.state, delivery.reason) == ("returned", "主送单位有误")
    assert state_of(child.matter) == "ended"


def to_be_answered(mailroom: Mailroom) -> Matter:
    """What came in and was handled: it waits for its answer."""
    leader, handler = leader_and_handler(mailroom)
    matter = came_in(mailroom).matter
    step(mailroom.city_clerk, matter, "pass")
    step(mailroom.city_clerk, matter, "propose", remark="建议")
    step(leader, matter, "assign", remark="请办理")
    step(handler, matter, "finish", remark="已办")
    return matter


def test_an_answer_must_be_a_document_that_the_clerk_sees(mailroom: Mailroom):
    matter = to_be_answered(mailroom)
    _written_by(mailroom.province_clerk, "鲁市监发〔2026〕9号")
    for number in ("济市监发〔2026〕9号", "鲁市监发〔2026〕9号"):
        with refusal("answer-unknown"):
            step(mailroom.city_clerk, matter, "answer", details={"answer_number": number})
    assert (state_of(matter), matter.incoming.answer_number) == ("answering", "")


def test_the_document_that_answers_is_linked_with_what_it_answers(mailroom: Mailroom):
    matter, number = to_be_answered(mailroom), "济市监发〔2026〕9号"
    answer = _written_by(mailroom.city_clerk, number)
    step(mailroom.city_clerk, matter, "answer", details={"answer_number": number})
    link = Link.objects.get(matter=answer.matter, kind=Link.Kind.ANSWERS)
    assert (link.other, state_of(matter)) == (matter, "archiving")


def _written_by(clerk: User, number: str) -> Document:
    """A letter that somebody drafted, with its number."""
    load_document_rules()
    wording = Wording(
        kind="letter", columns={"direction": "level", "title": "复函", "body": "函复。"}
    )
    document, _new = draft_document(actor=clerk, office=None, wording=wording, key=uuid.uuid4())
    Document.objects.filter(pk=document.pk).update(number=number)
    return document


def test_what_went_back_at_the_mailroom_is_returned_at_the_first_review_too(mailroom: Mailroom):
    child = came_in(mailroom)
    return_delivery(actor=mailroom.city_clerk, delivery=child.delivery_id, reason="缺页")
    step(mailroom.city_clerk, child.matter, "return", remark="已退回")
    assert state_of(child.matter) == "ended"
    assert Delivery.objects.get(pk=child.delivery_id).reason == "缺页"


def test_nobody_registers_for_an_office_below_nor_under_the_key_of_another(mailroom: Mailroom):
    with refusal("not-allowed"):
        write_in(mailroom, office=mailroom.lixia.pk)
    key = uuid.uuid4()
    write_in(mailroom, key=key)
    mate = make_user("mate", Role.CLERK, mailroom.world.city)
    with refusal("idempotency-conflict"):
        write_in(mailroom, key=key, actor=mate)
    assert IncomingDocument.objects.count() == 1


def test_what_does_not_belong_to_a_decision_is_refused(mailroom: Mailroom):
    matter = came_in(mailroom).matter
    with refusal("detail-unfit"):
        step(mailroom.city_clerk, matter, "pass", details={"retention": "30"})
    assert state_of(matter) == "registered"


def test_a_delivery_is_registered_once_after_it_was_signed_for(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.city)
    with refusal("delivery-unsigned"):
        register_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    first = register_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    again = register_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    assert (first[1], again) == (True, (first[0], False))
    with refusal("not-found"):
        register_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    with refusal("not-allowed"):
        register_delivery(actor=mailroom.lixia_handler, delivery=delivery.pk)


def test_each_office_numbers_what_comes_in_by_itself_and_without_a_gap(mailroom: Mailroom):
    first, second = came_in(mailroom), write_in(mailroom)
    other = write_in(mailroom, actor=mailroom.lixia_clerk, office=mailroom.lixia.pk)
    assert [first.serial, second.serial, other.serial] == [1, 2, 1]
    assert second.number == f"收〔{second.year}〕2号"
    assert second.matter.number == f"S370100{second.number}"


def test_the_same_key_registers_once(mailroom: Mailroom):
    key = uuid.uuid4()
    assert write_in(mailroom, key=key) == write_in(mailroom, key=key)
    with refusal("idempotency-conflict"):
        write_in(mailroom, key=key, letter=Letter(title="别的", sender="济南市住房局"))
    assert write_in(mailroom).serial == 2


def test_a_scan_is_a_sound_pdf_or_a_photo(mailroom: Mailroom):
    sent = SimpleUploadedFile("函.pdf", make_pdf(2), "application/pdf")
    kept = write_in(mailroom, scan=sent).scan
    assert (kept.media_type, kept.pages) == ("application/pdf", 2)
    photo = SimpleUploadedFile("函.jpg", jpeg(5), "image/jpeg")
    assert write_in(mailroom, scan=photo).scan.is_picture


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_locked_pdf(), "file-encrypted"),
        (b"%PDF-1.7 and then nothing", "file-damaged"),
        (b"MZ no picture at all", "file-type"),
    ],
)
def test_a_hostile_scan_is_refused_and_takes_no_number(mailroom: Mailroom, content, code):
    with refusal(code):
        write_in(mailroom, scan=SimpleUploadedFile("函.pdf", content, "application/pdf"))
    assert not IncomingDocument.objects.exists()
    assert write_in(mailroom).serial == 1


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (Letter(title=" ", sender="某局"), "field-missing"),
        (Letter(title="函", sender=""), "field-missing"),
        (Letter(title="函" * 201, sender="某局"), "field-too-long"),
        (Letter(title="函\u202e", sender="某局"), "field-character"),
        (Letter(title="函", sender="某局", written_on=dt.date(2099, 1, 1)), "day-invalid"),
    ],
)
def test_what_is_filled_in_wrongly_is_refused(mailroom: Mailroom, letter, code):
    with refusal(code):
        write_in(mailroom, letter=letter)
    assert not IncomingDocument.objects.exists()


def test_others_see_nothing_of_it(mailroom: Mailroom):
    child = write_in(mailroom, actor=mailroom.lixia_clerk, office=mailroom.lixia.pk)
    seen = Matter.objects.visible_to(mailroom.shizhong_clerk).filter(pk=child.pk)
    assert not seen.exists()
    with refusal("not-found"):
        decide(actor=mailroom.shizhong_clerk, matter=child.pk, version=1, decision="pass")
