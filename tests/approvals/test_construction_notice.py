"""Rule 16: a construction notice needs no approval and blocks nothing while it waits."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.approvals.applicant_steps import supply_what_lacked
from backend.flows.files import DATA, read_file
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.lapses import pass_deadlines
from backend.units.models import Installation, Repair
from tests.approvals.cast import Hall, step
from tests.units.lives import frozen

pytestmark = pytest.mark.django_db

NOTICE = "construction-notice"


def test_rule_16_it_has_a_receipt_and_nobody_can_approve_or_reject_it(hall: Hall) -> None:
    application = hall.apply(NOTICE, unit=hall.world.lift)
    matter = application.matter
    assert (matter.state, matter.number[:2]) == ("filed", "GZ")
    assert not matter.deadlines.exists()
    document = read_file(DATA / "construction-notice.toml")
    named = {name for node in document["nodes"].values() for name in node.get("decisions", {})}
    assert named == {"file", "return", "void"}
    for user in (hall.clerk, hall.leader, hall.registrar):
        for decision in ("grant", "refuse", "accept", "not-accept"):
            with pytest.raises(Refused):
                step(user, application, decision)


def test_rule_16_work_is_filed_though_the_notice_waits(hall: Hall) -> None:
    hall.apply(NOTICE, unit=hall.world.lift)
    hall.inspect(hall.world.lift)
    registration = hall.apply()
    hall.to_certificate(registration)
    hall.world.lift.refresh_from_db()
    assert hall.world.lift.status == "in_use"
    assert pass_deadlines(100) == 0


def test_it_is_entered_in_the_life_of_the_unit_as_of_its_day(hall: Hall) -> None:
    application = hall.apply(NOTICE, form={"device_code": hall.world.lift.device_code})
    matter = step(hall.registrar, application, "file")
    assert matter.outcome == "kept"
    record = Installation.objects.get(unit=hall.world.lift)
    assert (record.notice_no, record.notice_on) == (matter.number, clock.today())


def test_a_modification_is_entered_once_its_work_has_begun(hall: Hall) -> None:
    with frozen() as freeze:
        freeze(dt.date(2026, 11, 2))
        form = {"work": "modification", "starts_on": "2026-11-09"}
        application = hall.apply(NOTICE, unit=hall.world.lift, form=form)
        with pytest.raises(Refused) as refused:
            step(hall.registrar, application, "file")
        assert refused.value.code == "in-the-future"
        freeze(dt.date(2026, 11, 9))
        step(hall.registrar, application, "file")
        record = Repair.objects.get()
        assert (record.work, record.happened_on, record.notice_on) == (
            "modification", dt.date(2026, 11, 9), dt.date(2026, 11, 2),
        )  # fmt: skip


def test_what_is_incomplete_is_returned_and_completed(hall: Hall) -> None:
    application = hall.apply(NOTICE, form={"device_code": "31101088920199999"})
    with pytest.raises(Refused) as refused:
        step(hall.registrar, application, "file")
    assert refused.value.code == "unit-unknown"
    step(hall.registrar, application, "return", remark="设备代码有误")
    code = hall.world.lift.device_code or ""
    supply_what_lacked(
        actor=hall.world.qian, application=application.pk, version=None, form={"device_code": code}
    )
    step(hall.registrar, application, "file")
    assert Installation.objects.get().unit == hall.world.lift


def test_what_is_wrong_is_void(hall: Hall) -> None:
    application = hall.apply(NOTICE, unit=hall.world.lift)
    matter = step(hall.registrar, application, "void", remark="重复告知")
    assert matter.outcome == "void"
    assert not Installation.objects.exists()
