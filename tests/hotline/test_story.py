"""A complaint from the citizen's form to its end, each step by its own person (domain 9.4, rule 23)."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.hotline.models import HotlineMatter, ReporterLook
from backend.hotline.public_answers import get_followed_matter, public_answer
from backend.hotline.reporters import reveal_reporter
from backend.hotline.sealed_identity import answer_code
from backend.hotline.visits import plan_visit, take_in_visits
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.models import Matter, Step
from backend.offices.models import Office
from tests.hotline.cast import ZHANG, HotlineCast
from tests.inspections.drafting import draft_of, file, put_in_use

pytestmark = pytest.mark.django_db

SECRETS = (ZHANG.name, ZHANG.phone, ZHANG.address)


def step(user: User, matter: Matter, decision: str, *, details: Any = None, **chosen: Any) -> None:
    """Take one decision in the version that the matter has now."""
    version = Matter.objects.values_list("version", flat=True).get(pk=matter.pk)
    decide(
        actor=user,
        matter=matter.pk,
        version=version,
        decision=decision,
        chosen=Chosen(**chosen),
        details=details,
    )


def walk_to_the_handler(cast: HotlineCast, matter: Matter) -> None:
    """From the desk of the city down to the county's handler."""
    step(cast.operator, matter, "register")
    step(cast.clerk, matter, "accept", details={"important": True})
    step(cast.leader, matter, "instruct", remark="请历下局调查")
    step(cast.clerk, matter, "dispatch", office=Office.objects.get(code="S370102").pk)
    step(cast.county_clerk, matter, "handle")


def test_a_complaint_goes_from_the_citizen_to_its_end_and_the_citizen_follows_it(
    hotline_cast: HotlineCast, caplog: pytest.LogCaptureFixture
) -> None:
    cast = hotline_cast
    caplog.set_level(logging.DEBUG)
    put_in_use(cast.world, cast.world.lift)
    [child] = cast.send(account="我是张建国，电话13812341234，电梯困人", unit=cast.world.lift)
    matter = child.matter
    number = matter.number or ""
    walk_to_the_handler(cast, matter)

    version = Matter.objects.values_list("version", flat=True).get(pk=matter.pk)
    visit = plan_visit(
        actor=cast.county_handler,
        matter=matter.pk,
        version=version,
        assignee=cast.world.lin,
        kind="periodic",
        planned_on=clock.today(),
    )
    assert "12365" in visit.task.note
    file(cast.world, draft_of(cast.world.lift))
    assert take_in_visits() == 1
    assert take_in_visits() == 0

    remark = "已联系张建国（138-1234-1234），电梯已修复"
    step(cast.county_handler, matter, "end-mediation", ground="settled", remark=remark,
         details={"recovered": "1200.50"})  # fmt: skip
    step(cast.county_handler, matter, "told", remark="双方已知")
    step(cast.leader, matter, "approve")
    step(cast.operator, matter, "satisfied")
    step(cast.clerk, matter, "close", details={"answer": "电梯已修复，谢谢张建国。"})
    step(cast.clerk, matter, "archive")

    told = public_answer(get_followed_matter(number, answer_code(number)))
    assert told["answer"] == "电梯已修复，谢谢张**。"
    assert told["closed_at"] is not None
    child.refresh_from_db()
    assert (child.satisfied, str(child.recovered)) == (True, "1200.50")
    matter.refresh_from_db()
    assert (matter.outcome, matter.state) == ("done", "archived")
    actions = list(
        Step.objects.filter(matter=matter).order_by("version").values_list("action", flat=True)
    )
    assert actions == [
        "open", "register", "accept", "instruct", "dispatch", "handle", "plan-visit",
        "visit-reported", "end-mediation", "told", "approve", "satisfied", "close",
        "archive",
    ]  # fmt: skip
    assert_no_secret(cast, matter, caplog.text)


def assert_no_secret(cast: HotlineCast, matter: Matter, logged: str) -> None:
    """Nothing of the reporter stands in a table, an answer, a page or a log line."""
    for secret in SECRETS:
        assert secret not in logged
        assert find_tables_with(secret) == []
    for user in (
        cast.county_handler,
        cast.county_clerk,
        cast.leader,
        cast.world.zhao,
        cast.world.lin,
    ):
        client = Client()
        client.force_login(user)
        for path in paths_of_the_story(matter):
            answer = client.get(path)
            assert answer.status_code in (200, 403, 404), (user, path)
            body = b"".join(answer) if answer.streaming else answer.content
            for secret in SECRETS:
                assert secret not in body.decode(errors="ignore"), (user, path)


def paths_of_the_story(matter: Matter) -> list[str]:
    """Every door by which the story can be read."""
    return [
        f"/api/v1/matters/{matter.pk}", "/api/v1/matters", f"/api/v1/matters?text={matter.title[-4:]}",
        "/api/v1/assignments?list=done", "/api/v1/hotline/hot-spots?by=enterprise", "/api/v1/hotline/looks",
        "/api/v1/cases", "/api/v1/tasks", "/api/v1/papers", "/api/v1/looks", "/open311/v2/requests.json",
        f"/open311/v2/requests/{matter.number}.xml", "/open311/v2/servicerequestupdates.json",
        "/hotline/hot-spots/", f"/hotline/follow/?number={matter.number}", "/desk/", f"/desk/matters/{matter.pk}/",
    ]  # fmt: skip


def find_tables_with(text: str) -> list[str]:
    """The tables of which any row holds ``text`` in clear."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT 1 FROM "{table}" t WHERE strpos(t::text, %s) > 0 LIMIT 1', [text]
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_rule_23_who_told_it_is_seen_by_right_and_reason_alone_and_each_look_is_logged(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    [complaint] = cast.send()
    [report] = cast.send(natures=("report",))
    for user in (cast.clerk, cast.county_handler, cast.world.zhao):
        with pytest.raises(Refused) as refused:
            reveal_reporter(actor=user, matter=complaint, reason="想知道")
        assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        reveal_reporter(actor=cast.operator, matter=complaint, reason=" ")
    assert refused.value.code == "reason-missing"
    assert reveal_reporter(actor=cast.operator, matter=complaint, reason="回访").name == ZHANG.name
    look = ReporterLook.objects.get()
    assert (look.user, look.matter, look.reason) == (cast.operator, complaint, "回访")

    for child in (complaint, report):
        walk_to_the_handler(cast, child.matter)
        child.matter.assignments.filter(state="open").update(person=cast.county_handler)
    told = reveal_reporter(actor=cast.county_handler, matter=complaint, reason="组织调解")
    assert told.phone == ZHANG.phone
    with pytest.raises(Refused):
        reveal_reporter(actor=cast.county_handler, matter=report, reason="组织调解")


def test_a_look_that_was_refused_by_the_key_is_still_no_secret_told(
    hotline_cast: HotlineCast, settings: Any
) -> None:
    [child] = hotline_cast.send()
    settings.REPORTER_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    with pytest.raises(Refused) as refused:
        reveal_reporter(actor=hotline_cast.operator, matter=child, reason="回访")
    assert refused.value.code == "identity-sealed"


def test_a_wrong_code_and_a_wrong_number_are_told_alike(hotline_cast: HotlineCast) -> None:
    number = hotline_cast.write()
    told = []
    for asked in (
        (number, "WRONGCODE2"),
        ("123653701022026112899", answer_code(number)),
        (number, "错"),
    ):
        with pytest.raises(Refused) as refused:
            get_followed_matter(*asked)
        told.append((refused.value.status, str(refused.value.detail)))
    assert len(set(told)) == 1


def test_a_position_in_the_neighbour_is_the_neighbours(hotline_cast: HotlineCast) -> None:
    [child] = hotline_cast.send(position=Point(116.95, 36.65, srid=4326))
    assert child.matter.region_id == "370103"
    assert HotlineMatter.objects.visible_to(hotline_cast.operator).count() == 1
    assert HotlineMatter.objects.visible_to(hotline_cast.county_handler).count() == 0


def test_nobody_is_mediated_without_the_consent_of_both(hotline_cast: HotlineCast) -> None:
    """Order 20 of 2019, articles 16 and 17."""
    cast = hotline_cast
    [child] = cast.send()
    walk_to_the_handler(cast, child.matter)
    one_refuses = {"complainant_consents": True, "respondent_consents": False}
    for consents in ({}, {"complainant_consents": True}, one_refuses):
        step(cast.county_handler, child.matter, "note-consent", details=consents)
        with pytest.raises(Refused):
            step(cast.county_handler, child.matter, "mediate")
    both = {"complainant_consents": True, "respondent_consents": True}
    step(cast.county_handler, child.matter, "note-consent", details=both)
    step(cast.county_handler, child.matter, "mediate")
    child.matter.refresh_from_db()
    assert child.matter.state == "mediating"


def test_a_letter_that_turns_out_to_be_two_things_is_split(hotline_cast: HotlineCast) -> None:
    """Order 20 of 2019, article 7; the report keeps the receipt, the reporter and the unit."""
    cast = hotline_cast
    [child] = cast.send(unit=cast.world.lift)
    step(cast.operator, child.matter, "register")
    step(cast.clerk, child.matter, "split")
    report = HotlineMatter.objects.get(nature="report")
    assert report.matter.received_at == child.matter.received_at
    assert report.matter.links.get(kind="about").unit == cast.world.lift
    told = reveal_reporter(actor=cast.operator, matter=report, reason="核实")
    assert told.name == ZHANG.name
    with pytest.raises(Refused) as refused:
        step(cast.clerk, child.matter, "split")
    assert refused.value.code == "split-already"


def test_rule_23_what_is_said_about_an_office_is_neither_dispatched_there_nor_seen_there(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    there, beside = (Office.objects.get(code=code) for code in ("S370102", "S370103"))
    [child] = cast.send(natures=("conduct",), facts={"against_office": there})
    matter = child.matter
    step(cast.operator, matter, "register")
    step(cast.clerk, matter, "accept")
    step(cast.leader, matter, "instruct", remark="请核实")
    with pytest.raises(Refused) as refused:
        step(cast.clerk, matter, "dispatch", office=there.pk)
    assert refused.value.code == "office-barred"
    for user in (cast.county_clerk, cast.county_handler, cast.county_leader, cast.world.zhao):
        assert not Matter.objects.visible_to(user).exists()
    step(cast.clerk, matter, "dispatch", office=beside.pk)
    assert not Matter.objects.visible_to(cast.county_clerk).exists()


def test_every_hop_keeps_the_first_clock(
    hotline_cast: HotlineCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The days of mediation count from acceptance, wherever the matter goes in the meantime."""
    cast, begun = hotline_cast, clock.now()
    [child] = cast.send()
    matter = child.matter

    def wait(days: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: begun + dt.timedelta(days=days))

    step(cast.operator, matter, "register")
    step(cast.clerk, matter, "accept")
    first = list(matter.deadlines.order_by("pk").values("rule__code", "counted_from", "due_on"))
    wait(1)
    step(cast.leader, matter, "instruct", remark="请历下局调查")
    wait(2)
    step(cast.clerk, matter, "dispatch", office=Office.objects.get(code="S370102").pk)
    wait(3)
    step(cast.county_clerk, matter, "give-back", remark="不属本局")
    wait(4)
    step(cast.clerk, matter, "dispatch", office=Office.objects.get(code="S370102").pk)
    wait(5)
    step(cast.county_clerk, matter, "handle")
    last = list(matter.deadlines.order_by("pk").values("rule__code", "counted_from", "due_on"))
    assert last == first
    assert [row["rule__code"] for row in last] == ["complaint-acceptance", "complaint-mediation"]
