"""A use registration from the application to the unit in use (domain 3.1 and 11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from backend.approvals.applicant_steps import supply_what_lacked, withdraw_application
from backend.approvals.models import Application, Attachment, Certificate, IssuedPaper
from backend.approvals.petitions import file_application
from backend.approvals.progress import list_told_steps
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.lapses import pass_deadlines
from backend.matters.models import Matter
from backend.notifications.models import Notification
from backend.papers.models import Paper
from backend.papers.verification import find_public_paper
from backend.units.models import Registration, UnitStatus
from backend.units.standing import standing_of
from tests.approvals.cast import Hall, step
from tests.units.lives import frozen
from tests.world import World

pytestmark = pytest.mark.django_db


def refused_code(call, *args, **named) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **named)
    return refused.value.code


def test_an_application_becomes_a_certificate_and_the_unit_is_in_use(hall: Hall) -> None:
    lift = hall.world.lift
    hall.inspect(lift)
    application = hall.apply(enclosed=[hall.enclose("product")])
    matter = application.matter
    assert matter.number == f"SY370102{clock.today():%Y%m%d}0001"
    assert application.form["inspection_report"] == "JJ-2026-1"
    assert not Matter.objects.visible_to(hall.world.qian).exists()

    hall.to_certificate(application)

    lift.refresh_from_db()
    number = f"梯11鲁A00001({clock.today():%y})"
    assert (lift.status, lift.certificate_no) == (UnitStatus.IN_USE, number)
    assert standing_of(lift, clock.today()).usable
    record = Registration.objects.get(unit=lift)
    assert (record.certificate_no, record.filed_by, record.kind) == (
        number,
        hall.registrar,
        "first",
    )
    assert record.relies_on is not None
    certificate = Certificate.objects.get()
    assert (certificate.number, certificate.expires_on) == (number, None)
    public = find_public_paper(certificate.paper.code)
    assert public is not None
    assert (public.state, dict(public.facts)["使用登记证编号"]) == ("valid", number)
    matter.refresh_from_db()
    assert (matter.outcome, matter.state) == ("granted", "ended")
    titles = [paper.paper.title for paper in IssuedPaper.objects.order_by("pk")]
    assert titles == ["受理通知书", "特种设备使用登记证"]
    told = Notification.objects.filter(recipient=hall.world.qian, kind="application")
    assert told.count() == 3
    said = [one.did for one in list_told_steps(application)]
    assert said[0] in ("制证发证", "issue the certificate")
    assert len(said) == 5
    assert not {"符合", "fit"} & set(said), "what a reviewer holds is the office's own"


def test_where_a_certificate_is_verified_a_natural_person_is_masked(hall: Hall) -> None:
    LegalEntity.objects.filter(pk=hall.world.mall.pk).update(name="欧阳春花", natural_person=True)
    hall.world.mall.refresh_from_db()
    hall.inspect(hall.world.lift)
    hall.to_certificate(hall.apply())
    paper = Certificate.objects.get().paper
    assert paper.fields["holder"] == "欧阳春花"
    public = find_public_paper(paper.code)
    assert public is not None
    assert "欧阳春花" not in str(public)


def test_a_refused_one_leaves_no_record_and_says_why_and_what_can_be_done(hall: Hall) -> None:
    hall.inspect(hall.world.lift)
    application = hall.apply()
    hall.to_decision(application)
    step(hall.leader, application, "refuse", ground="unfit", remark="限速器未校验")
    hall.world.lift.refresh_from_db()
    assert hall.world.lift.status == UnitStatus.UNREGISTERED
    assert not Registration.objects.exists()
    assert not Certificate.objects.exists()
    paper = Paper.objects.get(template__code="application-refusal")
    assert paper.fields["reason"] == "限速器未校验"
    assert any("行政复议" in text for text in paper.template.paragraphs)


def test_the_gates_of_the_register_are_asked_before_it_is_granted(hall: Hall) -> None:
    application = hall.apply()
    hall.to_decision(application)
    assert refused_code(step, hall.leader, application, "grant") == "no-passed-inspection"
    application.refresh_from_db()
    assert application.decided_on is None
    hall.inspect(hall.world.lift)
    step(hall.leader, application, "grant")


def test_what_changed_between_decision_and_certificate_is_told_and_nothing_is_half_written(
    hall: Hall,
) -> None:
    hall.inspect(hall.world.lift)
    application = hall.apply()
    hall.to_decision(application)
    step(hall.leader, application, "grant")
    hall.inspect(hall.world.lift, "fail")
    assert refused_code(step, hall.registrar, application, "certify") == "use-blocked"
    assert not Certificate.objects.exists()
    assert not Paper.objects.filter(template__code="use-registration-certificate").exists()
    step(hall.registrar, application, "give-back", remark="检验不合格")
    step(hall.leader, application, "refuse", ground="unfit", remark="检验不合格")


def test_rules_19_and_20_silence_of_five_working_days_accepts_from_the_day_of_receipt(
    hall: Hall,
) -> None:
    """Licensing Law art. 32 (4); rule 19: over National Day only working days count."""
    with frozen() as freeze:
        # A Monday; 1 to 7 October are free, Saturday the 10th is worked.
        freeze(dt.date(2026, 9, 28))
        application = hall.apply()
        due = application.matter.deadlines.get(rule__code="application-completeness")
        assert due.due_on == dt.date(2026, 10, 10)
        freeze(dt.date(2026, 10, 10))
        assert pass_deadlines(100) == 0
        freeze(dt.date(2026, 10, 11))
        assert pass_deadlines(100) == 1
        application.refresh_from_db()
        assert application.accepted_by_silence
        assert application.accepted_on == dt.date(2026, 9, 28)
        decision = application.matter.deadlines.get(rule__code="use-registration-decision")
        assert decision.counted_from == dt.date(2026, 9, 28)
        application.matter.refresh_from_db()
        assert application.matter.state == "accepted"
        assert pass_deadlines(100) == 0
        said = next(list_told_steps(application)).did
        assert said in ("逾期未告知，视为受理", "accepted by silence")


def test_rule_20_supplements_are_asked_for_once(hall: Hall) -> None:
    application = hall.apply()
    step(hall.clerk, application, "ask-supplement", remark="缺产品合格证")
    assert Paper.objects.get().fields["missing"] == "缺产品合格证"
    version = Matter.objects.get(pk=application.pk).version
    supply_what_lacked(
        actor=hall.world.qian, application=application.pk, version=version,
        form={"safety_manager": "王安全"}, enclosed=[hall.enclose("product")],
    )  # fmt: skip
    application.refresh_from_db()
    assert application.form["safety_manager"] == "王安全"
    assert Attachment.objects.count() == 1
    again = refused_code(step, hall.clerk, application, "ask-supplement", remark="还缺")
    assert again == "supplement-asked-already"
    step(hall.clerk, application, "accept")


def test_after_supplements_the_five_days_count_from_their_day(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 11, 2))
        application = hall.apply()
        step(hall.clerk, application, "ask-supplement", remark="缺产品合格证")
        freeze(dt.date(2026, 11, 16))
        assert pass_deadlines(100) == 0
        supply_what_lacked(actor=hall.world.qian, application=application.pk, version=None, form={})
        freeze(dt.date(2026, 11, 24))
        assert pass_deadlines(100) == 1
        application.refresh_from_db()
        assert application.accepted_on == dt.date(2026, 11, 16)


def test_a_field_is_put_right_on_the_spot_and_the_trail_keeps_what_it_said(hall: Hall) -> None:
    application = hall.apply()
    details = {"field": "safety_manager", "value": "李安全"}
    matter = step(hall.clerk, application, "correct", remark="申请人当场更正", details=details)
    application.refresh_from_db()
    assert application.form["safety_manager"] == "李安全"
    assert matter.steps.get(action="correct").facts["details"]["before"] == "有"
    for wrong in ({}, {"field": "colour", "value": "1"}, {"field": "uscc", "value": "1" * 40}):
        assert refused_code(
            step, hall.clerk, application, "correct", remark="更正", details=wrong
        ) in ("detail-unfit", "field-too-long")


def test_not_accepted_says_why_and_leaves_it_ended(hall: Hall) -> None:
    application = hall.apply()
    matter = step(hall.clerk, application, "not-accept", ground="not-ours", remark="请向市中局申请")
    assert matter.outcome == "not-accepted"
    assert Paper.objects.get().title == "不予受理决定书"


def test_the_applicant_withdraws_until_it_is_decided(hall: Hall) -> None:
    hall.inspect(hall.world.lift)
    first = hall.apply()
    withdrawn = withdraw_application(
        actor=hall.world.qian, application=first.pk, version=1, remark="重填"
    )
    assert withdrawn.matter.outcome == "withdrawn"
    second = hall.apply()
    hall.to_decision(second)
    step(hall.leader, second, "grant")
    assert (
        refused_code(
            withdraw_application, actor=hall.world.qian, application=second.pk, version=None
        )
        == "not-offered"
    )


def test_the_same_sent_again_is_the_same_and_another_under_its_key_is_refused(hall: Hall) -> None:
    petition = hall.petition()
    first, new = file_application(actor=hall.world.qian, petition=petition)
    again, not_new = file_application(actor=hall.world.qian, petition=petition)
    assert (first.pk, new, not_new) == (again.pk, True, False)
    other = hall.petition(key=petition.key, form={"safety_manager": "赵"})
    assert (
        refused_code(file_application, actor=hall.world.qian, petition=other)
        == "idempotency-conflict"
    )
    assert (
        refused_code(file_application, actor=hall.world.qian, petition=hall.petition())
        == "application-open"
    )
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"safety_manager": ""}, "field-missing"),
        ({"safety_manager": "安" * 41}, "field-too-long"),
        ({"first_used_on": "2026-02-30"}, "field-day"),
        ({"registration_kind": "gift"}, "field-choice"),
        ({"safety_manager": "a\u202eb"}, "field-character"),
        ({"colour": "red"}, "field-unknown"),
    ],
)
def test_a_form_that_is_malformed_is_refused_with_its_field(
    hall: Hall, form: dict[str, str], code: str
) -> None:
    known = hall.petition()
    petition = replace(known, form={**known.form, **form})
    assert refused_code(file_application, actor=hall.world.qian, petition=petition) == code
    assert not Matter.objects.exists()


def test_what_is_foreign_or_does_not_fit_is_refused(hall: Hall, world: World) -> None:
    foreign = hall.petition(applicant=world.plant)
    assert refused_code(file_application, actor=world.qian, petition=foreign) == "not-found"
    others = hall.petition(unit=world.forklift_elsewhere)
    assert refused_code(file_application, actor=world.qian, petition=others) == "unit-unfit"
    unknown = hall.petition(enclosed=[hall.enclose("portrait")])
    assert refused_code(file_application, actor=world.qian, petition=unknown) == "document-unknown"
    application = hall.apply()
    for call in (withdraw_application,):
        assert (
            refused_code(call, actor=world.lin, application=application.pk, version=1)
            == "not-found"
        )
    assert refused_code(step, hall.neighbour, application, "accept") == "not-found"
    assert refused_code(step, hall.reviewer, application, "accept") == "not-allowed"


def test_without_a_series_no_paper_is_promised_and_nothing_is_decided(hall: Hall, settings) -> None:
    application = hall.apply()
    settings.APPROVAL_SERIES_ENDING = "无"
    assert refused_code(step, hall.clerk, application, "accept") == "series-missing"
    application.matter.refresh_from_db()
    assert application.matter.state == "received"
