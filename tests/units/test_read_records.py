"""The one reader of records gives them whole, typed, and in their order."""

from __future__ import annotations

from backend.units.filing import file_record
from backend.units.models import (
    Accident,
    Design,
    Inspection,
    Installation,
    Manufacture,
    Record,
    Repair,
    Scrap,
    Stop,
    Transfer,
)
from backend.units.timeline import place_in_life, records_of, records_of_units
from tests.units.filing import day, file, put_in_use
from tests.units.test_order_of_a_day import at
from tests.units.test_withdraw import withdraw
from tests.world import World


def fill(world: World) -> None:
    """A lift whose life has every stage."""
    unit = world.lift
    made: list[Record] = [
        Design(happened_on=day("2023-01-10"), designer="甲", design_life_years=20),
        Manufacture(happened_on=day("2023-03-10"), maker="乙", imported=True),
        Installation(happened_on=day("2024-05-10"), contractor="丙", notice_on=day("2024-05-01")),
    ]
    for record in made:
        file(world, unit, record)
    put_in_use(world, unit, "2024-05-20")
    lived: list[Record] = [
        Repair(happened_on=day("2024-08-10"), work="maintenance", contractor="丁"),
        Accident(happened_on=day("2024-09-10"), trapped_minutes=130, deaths=1),
        Inspection(happened_on=day("2024-09-20"), kind="accident", conclusion="pass"),
        Transfer(happened_on=day("2024-10-10"), kind="owner", to_entity=world.plant),
        Stop(happened_on=day("2024-11-10"), notified_on=day("2024-11-12"), reason="装修"),
        Scrap(happened_on=day("2025-11-10"), kind="scrapped", reason="旧"),
    ]
    for record in lived:
        file(world, unit, record)
    withdraw(world, unit, lived[-1])


def test_every_stage_is_read_whole(world: World) -> None:
    fill(world)
    told = records_of(world.lift)
    assert {str(record.stage) for record in told} == {
        "design", "manufacture", "installation", "registration", "inspection", "repair",
        "accident", "transfer", "stop", "scrap", "withdrawal",
    }  # fmt: skip
    for record in told:
        stored = type(record)._default_manager.get(pk=record.pk)
        for field in type(record)._meta.concrete_fields:
            assert getattr(record, field.attname) == getattr(stored, field.attname), field


def test_records_are_read_in_their_order_of_each_unit(world: World) -> None:
    fill(world)
    put_in_use(world, world.boiler, "2024-05-20", "锅10鲁A00001(24)")
    for moment, conclusion in (("15:00", "pass"), ("09:00", "fail")):
        report = Inspection(happened_on=day("2025-05-20"), kind="accident", conclusion=conclusion)
        file_record(
            actor=world.ou, unit=world.boiler, record=report, moment=at(f"2025-05-20T{moment}")
        )
    units = [world.boiler.pk, world.lift.pk, world.forklift_elsewhere.pk]
    told = dict(records_of_units(units))
    assert list(told) == sorted(units[:2])
    for unit, records in told.items():
        assert {record.unit_id for record in records} == {unit}
        assert records == sorted(records, key=place_in_life)
    assert told[world.boiler.pk] == records_of(world.boiler)
    assert [record.pk for record in told[world.boiler.pk]][-1] < max(
        record.pk for record in told[world.boiler.pk]
    )
