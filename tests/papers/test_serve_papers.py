"""Serving papers: by kind, with its day and its proof, once."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid

import pytest
from django.db import DatabaseError, transaction

from backend.accounts.models import User
from backend.evidence.intake import receive_photo
from backend.lib import clock
from backend.papers.actions import withdraw_paper
from backend.papers.models import Paper, Service
from backend.papers.services import serve_paper, settle_service
from tests.inspections.drafting import jpeg
from tests.papers.scenes import Desk, issue, register
from tests.papers.test_number_papers import refusal


def proof_of(user: User, colour: int = 1) -> str:
    shot = jpeg(colour)
    digest = hashlib.sha256(shot).hexdigest()
    receive_photo(
        actor=user, stream=io.BytesIO(shot), declared_size=len(shot), declared_sha256=digest
    )
    return digest


def sent(desk: Desk, paper: Paper, **changes) -> Service:
    asked = {
        "actor": desk.writer, "paper": paper.pk, "kind": "post", "recipient": "张三",
        "sent_on": clock.today(),
    }  # fmt: skip
    return serve_paper(**(asked | changes))[0]


def test_a_paper_is_sent_and_served_on_a_day_with_its_proof(desk: Desk):
    paper = issue(desk)
    service = sent(desk, paper, remark="EMS 1234")
    proof = proof_of(desk.writer)
    asked = {"actor": desk.writer, "paper": paper.pk, "service": service.pk, "state": "served"}
    done = settle_service(**asked, served_on=clock.today(), proof=proof)
    assert (done.state, done.served_on, done.proof.sha256) == ("served", clock.today(), proof)
    assert (done.settled_by, done.remark) == (desk.writer, "EMS 1234")
    assert settle_service(**asked, served_on=clock.today(), proof=proof).settled_at == (
        done.settled_at
    )
    with refusal("service-settled"):
        settle_service(**(asked | {"state": "failed"}))


def test_what_came_back_failed_and_is_sent_anew(desk: Desk):
    paper = issue(desk)
    asked = {"actor": desk.writer, "paper": paper.pk}
    back = settle_service(**asked, service=sent(desk, paper).pk, state="failed", remark="查无此人")
    assert (back.state, back.served_on, back.remark) == ("failed", None, "查无此人")
    sent(desk, paper, kind="left")
    assert paper.services.count() == 2


def test_electronic_service_needs_consent_which_the_database_holds_too(desk: Desk):
    paper = issue(desk)
    with refusal("consent-missing"):
        sent(desk, paper, kind="electronic")
    service = sent(desk, paper, kind="electronic", consented=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(consented=False)


def test_what_was_left_or_published_needs_a_photo(desk: Desk):
    paper = issue(desk)
    for colour, kind in enumerate(("left", "public-notice")):
        service = sent(desk, paper, kind=kind)
        asked = {
            "actor": desk.writer, "paper": paper.pk, "service": service.pk, "state": "served",
            "served_on": clock.today(),
        }  # fmt: skip
        with refusal("proof-missing"):
            settle_service(**asked)
        with refusal("proof-unknown"):
            settle_service(**asked, proof=proof_of(desk.clerk, 60 * colour))
        settle_service(**asked, proof=proof_of(desk.writer, 60 * colour))


def test_days_lie_between_the_registration_and_today(desk: Desk):
    paper, day = issue(desk), dt.timedelta(days=1)
    for wrong in (clock.today() + day, clock.today() - day):
        with refusal("day-out-of-range"):
            sent(desk, paper, sent_on=wrong)
    asked = {"actor": desk.writer, "paper": paper.pk, "service": sent(desk, paper).pk}
    with refusal("day-missing"):
        settle_service(**asked, state="served")
    with refusal("day-out-of-range"):
        settle_service(**asked, state="served", served_on=clock.today() + day)


def test_only_a_valid_paper_with_its_pdf_is_served(desk: Desk):
    paper = register(desk)
    with refusal("paper-not-valid"):
        sent(desk, paper)
    issue(desk, paper, made=False)
    with refusal("paper-not-made"):
        sent(desk, paper)
    made = issue(desk)
    withdraw_paper(actor=desk.clerk, paper=made.pk, reason="误发")
    with refusal("paper-not-valid"):
        sent(desk, made)


def test_the_same_key_is_one_service(desk: Desk):
    paper, key = issue(desk), uuid.uuid4()
    assert sent(desk, paper, key=key) == sent(desk, paper, key=key)
    with refusal("idempotency-conflict"):
        sent(desk, paper, key=key, recipient="李四")


def test_services_are_of_ones_own_line(desk: Desk):
    paper = issue(desk)
    service = sent(desk, paper)
    with refusal("not-found"):
        sent(desk, paper, actor=desk.stranger)
    with refusal("not-found"):
        settle_service(actor=desk.stranger, paper=paper.pk, service=service.pk, state="failed")
    with refusal("not-found"):
        settle_service(actor=desk.writer, paper=issue(desk).pk, service=service.pk, state="failed")
