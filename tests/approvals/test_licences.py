"""Licences: verified by two, valid for four years, renewed, ended, and bans after lies (domain 11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from backend.accounts.models import Role, User
from backend.approvals.applicant_steps import ask_hearing
from backend.approvals.certificates import end_certificate
from backend.approvals.models import Application, Ban, Certificate
from backend.approvals.petitions import file_application
from backend.approvals.progress import list_told_steps
from backend.approvals.renewals import last_day_to_renew, renew_undecided
from backend.directory.models import Person
from backend.lib.problems import Refused
from backend.matters.clocks import due_of_deadline
from backend.matters.lapses import pass_deadlines
from backend.papers.models import Paper
from backend.papers.verification import find_public_paper
from geo.models import Region
from tests.approvals.cast import Hall, step
from tests.units.lives import frozen
from tests.world import make_user

pytestmark = pytest.mark.django_db

LICENCE = "production-licence"


def refused_by(call, *args: Any, **named: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*args, **named)
    return refused.value


def licence_of(hall: Hall, kind: str = LICENCE) -> Certificate:
    """A licence that was granted now."""
    hall.to_certificate(hall.apply(kind))
    return Certificate.objects.get()


def leader_of(region: str) -> User:
    return make_user(f"leader-of-{region}", Role.LEADER, Region.objects.get(pk=region))


def renewal_of(hall: Hall, certificate: Certificate) -> Any:
    return hall.petition(certificate.kind, purpose="renewal", certificate=certificate)


@pytest.mark.parametrize("kind", ["production-licence", "filling-licence", "inspection-body"])
def test_it_is_granted_by_the_province_for_four_years(hall: Hall, kind: str) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 3, 2))
        certificate = licence_of(hall, kind)
    assert certificate.application.matter.office.code == "S370000"
    assert (certificate.valid_from, certificate.expires_on) == (
        dt.date(2026, 3, 2),
        dt.date(2030, 3, 1),
    )
    assert certificate.number.endswith("37-00001-2026")
    assert certificate.paper is not None
    public = find_public_paper(certificate.paper.code)
    assert public is not None
    assert dict(public.facts)["有效期至"] == "2030-03-01"


def test_whoever_verifies_the_substance_are_two(hall: Hall) -> None:
    application = hall.apply(LICENCE)
    step(hall.high_clerk, application, "accept")
    alone = (hall.high_reviewers[0].pk,)
    assert refused_by(step, hall.high_leader, application, "verify", persons=alone).code == (
        "persons-wrong"
    )
    two = tuple(one.pk for one in hall.high_reviewers)
    step(hall.high_leader, application, "verify", persons=two)
    step(hall.high_reviewers[0], application, "fit", remark="现场核查符合")
    application.matter.refresh_from_db()
    assert application.matter.state == "reviewing"
    step(hall.high_reviewers[1], application, "unfit", remark="人员不足")
    application.matter.refresh_from_db()
    assert application.matter.state == "deciding"


def test_a_person_gets_his_certificate_by_his_employer(hall: Hall) -> None:
    person = Person.objects.create(name="司马电工", employer=hall.world.mall)
    stranger = Person.objects.create(name="外人", employer=hall.world.plant)
    for wrong, code in ((None, "person-missing"), (stranger, "person-unfit")):
        petition = hall.petition("personnel", person=wrong)
        assert refused_by(file_application, actor=hall.world.qian, petition=petition).code == code
    application = hall.apply("personnel", person=person)
    assert application.matter.office.code == "S370100"


def test_appraisal_and_hearing_stop_the_clock_and_nothing_is_decided_meanwhile(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 3, 2))
        application = hall.apply(LICENCE)
        hall.to_decision(application)
        clock = application.matter.deadlines.get(rule__code="production-licence-decision")
        assert clock.due_on == dt.date(2026, 4, 1)
        step(hall.high_leader, application, "send-for-appraisal", remark="鉴定评审约四十日")
        for decision, facts in (
            ("grant", {}),
            ("refuse", {"ground": "not-met", "remark": "不足"}),
        ):
            refused = refused_by(step, hall.high_leader, application, decision, **facts)
            assert refused.code == "still-waiting"
        freeze(dt.date(2026, 4, 11))
        assert pass_deadlines(100) == 0
        step(hall.high_leader, application, "appraisal-done", remark="评审通过")
        clock.refresh_from_db()
        assert clock.due_on == dt.date(2026, 5, 10)
        ask_hearing(actor=hall.world.qian, application=application.pk, version=None)
        hearing = application.matter.deadlines.get(rule__code="licensing-hearing")
        assert hearing.due_on == dt.date(2026, 5, 12)
        again = refused_by(
            ask_hearing, actor=hall.world.qian, application=application.pk, version=None
        )
        assert again.code == "not-offered"
        freeze(dt.date(2026, 4, 20))
        step(hall.high_leader, application, "hearing-held", remark="听证意见已记录")
        step(hall.high_leader, application, "grant")


def test_a_renewal_is_asked_for_thirty_working_days_before(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2022, 11, 1))
        certificate = licence_of(hall)
        assert certificate.expires_on == dt.date(2026, 10, 31)
        last = last_day_to_renew(certificate.expires_on, dt.date(2026, 9, 1))
        freeze(last + dt.timedelta(days=1))
        refused = refused_by(
            file_application, actor=hall.world.qian, petition=renewal_of(hall, certificate)
        )
        assert (refused.code, refused.extra["until"]) == ("renewal-too-late", last.isoformat())
        freeze(last)
        file_application(actor=hall.world.qian, petition=renewal_of(hall, certificate))


def test_undecided_at_expiry_it_counts_as_renewed(hall: Hall) -> None:
    """Licensing Law art. 50 (2)."""
    with frozen() as freeze:
        freeze(dt.date(2022, 11, 1))
        certificate = licence_of(hall)
        freeze(dt.date(2026, 8, 3))
        renewal, _new = file_application(
            actor=hall.world.qian, petition=renewal_of(hall, certificate)
        )
        step(hall.high_clerk, renewal, "accept")
        freeze(dt.date(2026, 10, 31))
        assert renew_undecided(100) == 0
        freeze(dt.date(2026, 11, 1))
        assert renew_undecided(100) == 1
        assert renew_undecided(100) == 0
        renewal.refresh_from_db()
        assert renewal.renewed_by_silence
        follower = Certificate.objects.get(application=renewal)
        assert (follower.number, follower.valid_from, follower.expires_on) == (
            certificate.number, dt.date(2026, 11, 1), dt.date(2030, 10, 31),
        )  # fmt: skip
        assert follower.paper is None
        step(hall.high_clerk, renewal, "certify")
        follower.refresh_from_db()
        assert follower.paper is not None
        renewal.matter.refresh_from_db()
        assert renewal.matter.outcome == "granted"


def test_one_that_was_revoked_meanwhile_is_not_renewed_by_silence(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2022, 11, 1))
        certificate = licence_of(hall)
        freeze(dt.date(2026, 8, 3))
        file_application(actor=hall.world.qian, petition=renewal_of(hall, certificate))
        end_certificate(
            actor=hall.high_leader, certificate=certificate.pk, ending="revoked", reason="重大事故"
        )
        freeze(dt.date(2026, 11, 1))
        assert renew_undecided(100) == 0
    assert Certificate.objects.count() == 1


def test_a_renewal_decided_in_time_follows_the_old_one(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2022, 11, 1))
        certificate = licence_of(hall)
        freeze(dt.date(2026, 8, 3))
        renewal, _new = file_application(
            actor=hall.world.qian, petition=renewal_of(hall, certificate)
        )
        hall.to_certificate(renewal)
        follower = Certificate.objects.get(application=renewal)
        assert follower.valid_from == dt.date(2026, 11, 1)
        freeze(dt.date(2026, 11, 1))
        assert renew_undecided(100) == 0


def test_a_change_replaces_the_certificate_and_keeps_number_and_expiry(hall: Hall) -> None:
    certificate = licence_of(hall)
    change = hall.apply(
        LICENCE, purpose="change", certificate=certificate, form={"scope": "电梯安装A1"}
    )
    hall.to_certificate(change)
    certificate.refresh_from_db()
    follower = Certificate.objects.get(application=change)
    assert (certificate.ending, follower.number, follower.expires_on) == (
        "replaced", certificate.number, certificate.expires_on,
    )  # fmt: skip
    assert certificate.paper is not None
    public = find_public_paper(certificate.paper.code)
    assert public is not None
    assert public.state == "withdrawn"


def test_false_material_bans_for_a_year_and_the_day_is_told(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 3, 2))
        application = hall.apply(LICENCE)
        hall.to_decision(application)
        step(hall.high_leader, application, "refuse", ground="false-material", remark="业绩虚假")
        ban = Ban.objects.get()
        assert (ban.cause, ban.until_day) == ("false-material", dt.date(2027, 3, 2))
        freeze(dt.date(2027, 3, 2))
        refused = refused_by(
            file_application, actor=hall.world.qian, petition=hall.petition(LICENCE)
        )
        assert (refused.code, refused.extra["until"]) == ("applicant-banned", "2027-03-02")
        file_application(actor=hall.world.qian, petition=hall.petition("filling-licence"))
        freeze(dt.date(2027, 3, 3))
        file_application(actor=hall.world.qian, petition=hall.petition(LICENCE))


@pytest.mark.parametrize(
    ("ending", "word", "years"),
    [
        ("fraud", "撤销", 3),
        ("revoked", "吊销", 3),
        ("withdrawn", "撤回", 0),
        ("annulled", "撤销", 0),
        ("cancelled", "注销", 0),
    ],
)
def test_what_ends_a_licence_withdraws_its_paper_and_may_ban(
    hall: Hall, ending: str, word: str, years: int
) -> None:
    certificate = licence_of(hall)
    asked = {"actor": hall.high_leader, "certificate": certificate.pk, "ending": ending}
    ended = end_certificate(**asked, reason="查实")
    assert end_certificate(**asked, reason="查实").ended_on == ended.ended_on
    assert ended.paper is not None
    public = find_public_paper(ended.paper.code)
    assert public is not None
    assert public.state == "withdrawn"
    said = Paper.objects.get(template__code="certificate-ending")
    assert said.fields["ending"] == word
    bans = list(Ban.objects.all())
    assert [ban.until_day.year - ban.from_day.year for ban in bans] == [years] * bool(years)
    assert refused_by(end_certificate, **asked, reason="别的").code == "certificate-ended"


def test_who_may_end_a_licence_and_which(hall: Hall) -> None:
    certificate = licence_of(hall)
    asked = {"certificate": certificate.pk, "ending": "revoked", "reason": "查实"}
    assert refused_by(end_certificate, actor=hall.high_clerk, **asked).code == "not-allowed"
    assert refused_by(end_certificate, actor=hall.leader, **asked).code == "not-found"
    for wrong, code in (
        ({"ending": "gift"}, "ending-unfit"),
        ({"ending": "replaced"}, "ending-unfit"),
        ({"reason": " "}, "reason-missing"),
    ):
        refused = refused_by(end_certificate, actor=hall.high_leader, **(asked | wrong))
        assert refused.code == code
    hall.inspect(hall.world.lift)
    registration = hall.apply()
    hall.to_certificate(registration)
    own = Certificate.objects.get(application=registration)
    refused = refused_by(
        end_certificate, actor=hall.leader, certificate=own.pk, ending="revoked", reason="查实"
    )
    assert refused.code == "certificate-of-unit"


def test_a_certificate_that_cannot_be_renewed_is_refused(hall: Hall) -> None:
    certificate = licence_of(hall)
    for facts, code in (
        ({"purpose": "renewal"}, "certificate-missing"),
        ({"certificate": certificate}, "certificate-missing"),
    ):
        petition = hall.petition(LICENCE, **facts)
        assert refused_by(file_application, actor=hall.world.qian, petition=petition).code == code
    other = hall.petition("filling-licence", purpose="change", certificate=certificate)
    assert (
        refused_by(file_application, actor=hall.world.qian, petition=other).code
        == "certificate-unfit"
    )
    assert Application.objects.count() == 1


def test_the_head_gives_ten_days_more_once_and_the_applicant_is_told_why(hall: Hall) -> None:
    """Licensing Law art. 42."""
    person = Person.objects.create(name="司马电工", employer=hall.world.mall)
    with frozen() as freeze:
        freeze(dt.date(2026, 3, 2))
        application = hall.apply("personnel", person=person)
        clerk, leader = hall.clerk_of("370100"), leader_of("370100")
        step(clerk, application, "accept")
        clock = application.matter.deadlines.get(rule__code="application-decision")
        assert clock.due_on == dt.date(2026, 3, 30)
        assert refused_by(step, clerk, application, "extend", remark="补考").code == "not-allowed"
        assert refused_by(step, leader, application, "extend").code == "remark-missing"
        step(leader, application, "extend", remark="补考尚未结束")
        clock.refresh_from_db()
        application.matter.refresh_from_db()
        assert (clock.due_on, application.matter.due_on) == (dt.date(2026, 4, 14),) * 2
        paper = application.papers.order_by("-pk")[0].paper
        assert paper.template.code == "application-extension"
        assert (paper.fields["reason"], paper.fields["due_on"]) == ("补考尚未结束", "2026-04-14")
        told = [one for one in list_told_steps(application) if one.remark]
        assert [one.remark for one in told] == ["补考尚未结束"]
        with override("zh-hans"):
            why = due_of_deadline(clock).sentence
        assert "20个工作日" in why
        assert "延长" in why
        assert "10个工作日" in why
        again = refused_by(step, leader, application, "extend", remark="还要")
        assert again.code == "not-offered"
        freeze(dt.date(2026, 4, 14))
        assert pass_deadlines(100) == 0
        freeze(dt.date(2026, 4, 15))
        assert pass_deadlines(100) == 1


def test_what_is_late_is_not_extended_and_a_pause_moves_both_parts(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 3, 2))
        late, paused = hall.apply(LICENCE), hall.apply("filling-licence")
        for one in (late, paused):
            step(hall.high_clerk, one, "accept")
        step(hall.high_leader, paused, "extend", remark="专家未定")
        clock = paused.matter.deadlines.get(rule__code="production-licence-decision")
        assert clock.due_on == dt.date(2026, 4, 16)
        step(hall.high_leader, paused, "send-for-appraisal", remark="评审")
        freeze(dt.date(2026, 3, 12))
        step(hall.high_leader, paused, "appraisal-done", remark="通过")
        clock.refresh_from_db()
        assert clock.due_on == dt.date(2026, 4, 24)
        freeze(dt.date(2026, 4, 2))
        refused = refused_by(step, hall.high_leader, late, "extend", remark="忙")
        assert refused.code == "deadline-over"
