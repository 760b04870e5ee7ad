"""Serious defects of a day of the past: found by then, not yet closed, by the reports known."""

from __future__ import annotations

from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect
from backend.inspections.past_defects import count_serious_defects_on
from backend.lib import clock
from tests.inspections.drafting import draft_of, file
from tests.inspections.drafting import put_in_use as put_lift_in_use
from tests.units.filing import day
from tests.units.lives import frozen
from tests.world import World


def test_a_serious_defect_counts_from_the_report_that_names_it_to_the_one_that_closes_it(
    world: World,
) -> None:
    fault = DefectDraft(text="门锁失效", severity="serious", item="3")
    slight = DefectDraft(text="标志缺失", severity="general", item="2")
    with frozen() as freeze:
        freeze(day("2026-04-01"))
        put_lift_in_use(world, world.lift, day("2025-04-01"))
        freeze(day("2026-04-20"))
        found = {"happened_on": day("2026-04-10"), "device_time": clock.now()}
        file(world, draft_of(world.lift, conclusion="fail", defects=[fault, slight], **found))
        freeze(day("2026-05-20"))
        closes = list(Defect.objects.values_list("pk", flat=True))
        mended = {"happened_on": day("2026-05-10"), "device_time": clock.now()}
        file(world, draft_of(world.lift, conclusion="repass", closes=closes, **mended))
    told = {
        (as_of, known_on): count_serious_defects_on(
            world.lift, day(as_of), clock.end_of(day(known_on))
        )
        for as_of in ("2026-04-09", "2026-04-10", "2026-05-09", "2026-05-10")
        for known_on in ("2026-04-19", "2026-04-20", "2026-05-20")
    }
    assert {when for when, count in told.items() if count} == {
        ("2026-04-10", "2026-04-20"), ("2026-04-10", "2026-05-20"),
        ("2026-05-09", "2026-04-20"), ("2026-05-09", "2026-05-20"),
        ("2026-05-10", "2026-04-20"),
    }  # fmt: skip
    assert set(told.values()) == {0, 1}
