"""Records for the pages to show. They are written as rows: the rules are tested elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from backend.directory.models import Authority
from backend.lib import clock
from backend.units.models import (
    Clock,
    Conclusion,
    Inspection,
    InspectionKind,
    Installation,
    IntervalRule,
    Manufacture,
    Record,
    Registration,
    RegistrationKind,
    Stage,
    Unit,
    UnitStatus,
)
from tagging.actions import bind_tag, mint_batch
from tests.world import World

BODY = "山东省特种设备检验研究院"


@dataclass
class Scene:
    """A lift in use with its tag, and who is about."""

    world: World
    lift: Unit
    code: str
    registration: Registration
    inspection: Inspection


def make_scene(world: World) -> Scene:
    """The lift, made 2019, in use since 2020, inspected this year, with a tag."""
    lift, today = world.lift, clock.today()
    put(
        lift,
        Manufacture,
        Stage.MANUFACTURE,
        dt.date(2019, 6, 3),
        maker="山东泰山电梯制造有限公司",
        licence_no="TS2310889-2022",
        factory_no="TS-2019-0457",
        product_certificate_no="HG20190457",
    )
    put(
        lift,
        Installation,
        Stage.INSTALLATION,
        dt.date(2019, 11, 20),
        contractor="泉城电梯维保有限公司",
        notice_no="GZ-2019-1188",
        notice_on=dt.date(2019, 10, 8),
        started_on=dt.date(2019, 10, 9),
        finished_on=dt.date(2019, 11, 20),
    )
    inspect(lift, dt.date(2019, 12, 2), kind=InspectionKind.SUPERVISED_INSTALLATION)
    bureau = Authority.objects.create(
        code="370102", name="历下区市场监督管理局", level="county", region=world.lixia
    )
    registration = put(
        lift,
        Registration,
        Stage.REGISTRATION,
        dt.date(2020, 1, 8),
        kind=RegistrationKind.FIRST,
        certificate_no="梯11鲁A03622(20)",
        authority=bureau,
        using_entity=world.mall,
    )
    inspection = inspect(lift, today - dt.timedelta(days=90))
    world.maintainer.phone = "0531-88001234"
    world.maintainer.save(update_fields=["phone"])
    state(
        lift,
        status=UnitStatus.IN_USE,
        registered_on=dt.date(2020, 1, 8),
        certificate_no="梯11鲁A03622(20)",
        internal_no="3号客梯",
        rescue_no="370102018",
        last_inspected_on=inspection.happened_on,
        last_conclusion=Conclusion.PASS,
        next_due_on=today + dt.timedelta(days=270),
    )
    rule = IntervalRule.objects.filter(category_prefix__startswith="3").first()
    assert rule is not None
    Clock.objects.create(
        unit=lift,
        kind="periodic",
        last_on=inspection.happened_on,
        due_on=lift.next_due_on,
        rule=rule,
    )
    code = mint_batch(actor=world.ou, count=1).tags.get().code
    bind_tag(actor=world.ou, code=code, unit=lift)
    return Scene(world, lift, code, registration, inspection)


def put(unit: Unit, model: Any, stage: str, day: dt.date, **facts: Any) -> Any:
    """One lifecycle record."""
    now = clock.now()
    common = {"region": unit.region, "filed_at": now, "stands_at": now}
    return model.objects.create(unit=unit, stage=stage, happened_on=day, **(common | facts))


def inspect(unit: Unit, day: dt.date, **facts: Any) -> Inspection:
    """One inspection, passed and periodic unless told otherwise."""
    defaults = {
        "kind": InspectionKind.PERIODIC,
        "conclusion": Conclusion.PASS,
        "body_name": BODY,
        "report_no": f"TJ{day:%Y%m%d}-07",
        "inspectors": "林检验",
    }
    made: Inspection = put(unit, Inspection, Stage.INSPECTION, day, **(defaults | facts))
    return made


def state(unit: Unit, **facts: Any) -> None:
    """Set the derived state of ``unit`` by hand."""
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(facts))


def correct(old: Record, **facts: Any) -> Inspection:
    """An inspection that supersedes ``old``."""
    return inspect(old.unit, old.happened_on, supersedes_id=old.pk, **facts)
