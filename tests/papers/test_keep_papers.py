"""A paper from draft to withdrawal: what may change when, and what the database itself forbids."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, transaction

from backend.accounts.models import Role
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.models import Post
from backend.papers.actions import (
    draft_paper,
    draft_replacement,
    edit_draft,
    issue_paper,
    withdraw_paper,
)
from backend.papers.models import Paper, Template
from backend.papers.template_files import DATA, load_templates
from tests.papers.scenes import FIELDS, Desk, draft, issue, register
from tests.papers.test_number_papers import refusal


def test_a_draft_is_edited_until_it_has_its_number(desk: Desk):
    paper = draft(desk)
    edit_draft(
        actor=desk.writer, paper=paper.pk, addressee=" 李四 ", fields=FIELDS | {"phone": "1"}
    )
    paper.refresh_from_db()
    assert (paper.addressee, paper.fields["phone"]) == ("李四", "1")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"phone": ""}, "field-missing", "fields/phone"),
        ({"received_on": "2026-02-30"}, "field-day", "fields/received_on"),
        ({"received_on": "20261120"}, "field-day", "fields/received_on"),
        ({"handler": "王" * 41}, "field-too-long", "fields/handler"),
        ({"colour": "红"}, "field-unknown", "fields/colour"),
        ({"handler": 5}, "field-text", "fields/handler"),
        ({"handler": "王\u202e五"}, "field-character", "fields/handler"),
        ({"handler": "王\n五"}, "field-character", "fields/handler"),
        ({"handler": "王\x00"}, "field-character", "fields/handler"),
        ({"handler": "张𪚥"}, "paper-unprintable", None),
        ({"matter": "😀"}, "paper-unprintable", None),
    ],
)
def test_wrong_words_are_refused_and_leave_nothing(desk: Desk, change, code, field):
    with pytest.raises(Refused) as refused:
        draft(desk, fields=FIELDS | change)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Paper.objects.exists()


def test_an_unprintable_character_is_named(desk: Desk):
    with pytest.raises(Refused) as refused:
        draft(desk, addressee="张𪚥")
    assert "𪚥" in str(refused.value.detail)


def test_the_same_key_drafts_one_paper(desk: Desk):
    key = uuid.uuid4()
    asked = {"actor": desk.writer, "office": desk.bureau.pk, "template": "complaint-acceptance"}
    first = draft_paper(**asked, addressee="张三", fields=FIELDS, key=key)
    again = draft_paper(**asked, addressee="张三", fields=FIELDS, key=key)
    assert (first[1], again[1], first[0]) == (True, False, again[0])
    with refusal("idempotency-conflict"):
        draft_paper(**asked, addressee="李四", fields=FIELDS, key=key)


def test_papers_are_written_in_ones_own_line_and_by_right(desk: Desk):
    with refusal("not-found"):
        draft(desk, office=desk.other.pk)
    with refusal("not-found"):
        draft(desk, office=desk.city.pk)
    with refusal("not-allowed"):
        draft(desk, actor=desk.keeper)
    paper = draft(desk)
    with refusal("not-allowed"):
        issue_paper(actor=desk.writer, paper=register(desk, paper).pk)
    with refusal("not-found"):
        issue_paper(actor=desk.stranger, paper=paper.pk)
    assert list(Paper.objects.visible_to(desk.superior)) == [paper]
    assert list(Paper.objects.visible_to(desk.stranger)) == []


def test_only_a_registered_paper_is_issued_and_only_once(desk: Desk):
    paper = draft(desk)
    with refusal("paper-not-registered"):
        issue_paper(actor=desk.clerk, paper=paper.pk)
    issue(desk, register(desk, paper), made=False)
    with refusal("paper-issued"):
        issue_paper(actor=desk.clerk, paper=paper.pk)


def test_a_new_paper_replaces_an_old_one_when_it_is_issued(desk: Desk):
    old, key = issue(desk), uuid.uuid4()
    new, made = draft_replacement(actor=desk.writer, paper=old.pk, key=key)
    assert made
    assert draft_replacement(actor=desk.writer, paper=old.pk, key=key) == (new, False)
    with refusal("replacement-begun"):
        draft_replacement(actor=desk.writer, paper=old.pk)
    assert (new.fields, new.number, new.code == old.code) == (old.fields, None, False)
    old.refresh_from_db()
    assert old.state == "issued"
    issued = issue(desk, register(desk, new))
    old.refresh_from_db()
    assert (old.state, issued.state, issued.serial) == ("replaced", "issued", 2)
    with refusal("paper-replaced"):
        withdraw_paper(actor=desk.clerk, paper=old.pk, reason="误发")
    with refusal("paper-replaced"):
        draft_replacement(actor=desk.writer, paper=old.pk)


def test_a_replacement_that_was_given_up_makes_room_for_another(desk: Desk):
    old = issue(desk)
    new, _made = draft_replacement(actor=desk.writer, paper=old.pk)
    withdraw_paper(actor=desk.clerk, paper=new.pk, reason="不必更换")
    assert draft_replacement(actor=desk.writer, paper=old.pk)[1]


def test_a_replacement_is_issued_though_the_old_one_was_withdrawn_meanwhile(desk: Desk):
    old = issue(desk)
    new, _made = draft_replacement(actor=desk.writer, paper=old.pk)
    withdraw_paper(actor=desk.clerk, paper=old.pk, reason="事实有误")
    assert issue(desk, register(desk, new)).state == "issued"
    old.refresh_from_db()
    assert old.state == "withdrawn"


def test_a_paper_is_withdrawn_with_a_reason(desk: Desk):
    paper = issue(desk)
    with refusal("reason-missing"):
        withdraw_paper(actor=desk.clerk, paper=paper.pk, reason="  ")
    first = withdraw_paper(actor=desk.clerk, paper=paper.pk, reason="事实有误")
    again = withdraw_paper(actor=desk.clerk, paper=paper.pk, reason="事实有误")
    assert first.withdrawn_at == again.withdrawn_at
    with refusal("paper-withdrawn"):
        withdraw_paper(actor=desk.clerk, paper=paper.pk, reason="另有原因")


@pytest.mark.parametrize(
    "change",
    [
        {"fields": {}}, {"addressee": "李四"}, {"number": "甲乙〔2026〕9号"}, {"serial": 9},
        {"registered_on": "2020-01-01"}, {"state": "draft"}, {"code": "X"},
        {"issued_at": "2020-01-01T00:00Z"}, {"pdf_sha256": "0" * 64}, {"pdf_key": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_keeps_an_issued_paper_as_it_is(desk: Desk, change):
    paper = issue(desk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(**change)


def test_the_database_freezes_words_with_the_number_and_deletes_no_paper(desk: Desk):
    paper = draft(desk)
    Paper.objects.filter(pk=paper.pk).update(addressee="王五")
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).delete()
    register(desk, paper)
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(addressee="李四")


def test_the_database_keeps_templates_as_they_were(desk: Desk):
    with pytest.raises(DatabaseError), transaction.atomic():
        Template.objects.update(title="别的")


def test_templates_are_checked_when_they_are_loaded(desk: Desk, tmp_path):
    text = (DATA / "complaint-acceptance-1.toml").read_text()
    for wrong, said in (
        (text.replace("{phone}", "{fax}"), "no field is called fax"),
        (text.replace('layout = "letter"', 'layout = "../letter"'), "no layout"),
        (text.replace('kind = "day"', 'kind = "date"'), "no whole field"),
        (text.replace("特此通知", "特此告知"), "loaded with another text"),
    ):
        (tmp_path / "one.toml").write_text(wrong)
        with pytest.raises(ValueError, match=said):
            load_templates(tmp_path)
    assert load_templates() == len([*DATA.glob("*.toml")])


def test_a_right_of_a_post_elsewhere_does_not_reach_here(desk: Desk):
    Post.objects.create(
        user=desk.writer, office=desk.other, role=Role.CLERK, starts_on=clock.today()
    )
    paper = register(desk)
    with refusal("not-allowed"):
        issue_paper(actor=desk.writer, paper=paper.pk)
    assert issue_paper(actor=desk.superior, paper=paper.pk).state == "issued"
