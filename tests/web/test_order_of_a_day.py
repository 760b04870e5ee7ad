"""The mark and the card read the records of one day in their order, as the register does."""

from __future__ import annotations

from backend.inspections.cards.card_reader import read_card
from backend.units.models import Inspection, Unit
from backend.web.timeline import load_timeline
from backend.web.use_mark import load_use_mark
from tests.units.filing import day, file, inspect, put_in_use
from tests.world import World


def test_a_correction_does_not_become_the_last_inspection_of_its_day(world: World) -> None:
    put_in_use(world, world.lift, "2025-05-20")
    failed = inspect(world, world.lift, "2026-05-20", conclusion="fail", body_name="甲院")
    last = inspect(world, world.lift, "2026-05-20", conclusion="repass", body_name="乙院")
    right = Inspection(
        happened_on=day("2026-05-20"), kind="periodic", conclusion="fail", body_name="丙院"
    )
    file(world, world.lift, right, supersedes=failed)
    unit = Unit.objects.select_related("category", "region").get(pk=world.lift.pk)
    card = read_card(world.ou, unit.pk)
    assert card is not None
    assert load_use_mark(card).inspection_body == "乙院"
    assert next(entry.record.pk for entry in load_timeline(world.zhao, unit, [])) == last.pk
