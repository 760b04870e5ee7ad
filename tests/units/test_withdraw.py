"""A record that was no fact of its unit is taken back by a second person, and stays readable."""

from __future__ import annotations

import pytest

from backend.accounts.models import Role
from backend.accounts.rights import RIGHTS, Right
from backend.lib.problems import Refused
from backend.units.filing import file_record
from backend.units.models import Accident, Record, Registration, Scrap, Stop, Transfer, Withdrawal
from backend.units.timeline import records_in_force, records_of
from tests.units.filing import day, file, inspect, put_in_use
from tests.world import make_user


def withdraw(world, unit, record, actor=None, reason="filed on the wrong unit"):
    filed, _new = file_record(
        actor=actor or world.rui,
        unit=unit,
        record=Withdrawal(happened_on=record.happened_on, reason=reason),
        supersedes=record,
    )
    unit.refresh_from_db()
    return filed


def refusal(call, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.code


def test_a_cancellation_on_the_wrong_unit_is_taken_back(world):
    put_in_use(world, world.lift, "2024-05-20")
    scrap = file(world, world.lift, Scrap(happened_on=day("2025-01-10"), kind="cancelled"))
    assert world.lift.status == "cancelled"
    withdraw(world, world.lift, scrap)
    assert world.lift.status == "in_use"


def test_a_stop_a_registration_an_accident_and_a_failure_are_taken_back(world):
    put_in_use(world, world.lift, "2024-05-20")
    stop = file(world, world.lift, Stop(happened_on=day("2025-01-10")))
    withdraw(world, world.lift, stop)
    assert world.lift.status == "in_use"
    failed = inspect(world, world.lift, "2025-05-10", conclusion="fail")
    assert world.lift.held_from == day("2025-05-10")
    withdraw(world, world.lift, failed)
    assert (world.lift.held_from, world.lift.last_conclusion) == (None, "pass")
    accident = file(world, world.lift, Accident(happened_on=day("2025-06-10"), deaths=1))
    assert world.lift.held_from == day("2025-06-10")
    withdraw(world, world.lift, accident)
    assert world.lift.held_from is None
    withdraw(world, world.lift, Registration.objects.get(unit=world.lift))
    assert (world.lift.status, world.lift.registered_on) == ("unregistered", None)


def test_a_transfer_taken_back_leaves_what_was_before_it(world):
    put_in_use(world, world.lift, "2024-05-20")
    sold = Transfer(happened_on=day("2025-01-10"), kind="owner", to_entity=world.plant)
    file(world, world.lift, sold)
    withdraw(world, world.lift, sold)
    assert world.lift.owner is None


def test_who_filed_a_record_does_not_withdraw_it(world):
    put_in_use(world, world.lift, "2024-05-20")
    stop = file(world, world.lift, Stop(happened_on=day("2025-01-10")))
    assert refusal(withdraw, world, world.lift, stop, actor=world.ou) == "not-allowed"
    assert world.lift.status == "stopped"


def test_a_withdrawal_needs_a_right_of_its_own(world, monkeypatch):
    put_in_use(world, world.lift, "2024-05-20")
    stop = file(world, world.lift, Stop(happened_on=day("2025-01-10")))
    other = make_user("yi", Role.REGISTRAR, world.lixia)
    monkeypatch.setitem(RIGHTS, Role.REGISTRAR, frozenset({Right.FILE_RECORD}))
    assert refusal(withdraw, world, world.lift, stop, actor=other) == "not-allowed"
    assert not Record.objects.filter(stage="withdrawal").exists()


def test_what_was_withdrawn_stays_readable_and_is_withdrawn_once(world):
    put_in_use(world, world.lift, "2024-05-20")
    stop = file(world, world.lift, Stop(happened_on=day("2025-01-10")))
    taken = withdraw(world, world.lift, stop)
    told = records_of(world.lift)
    assert stop in told
    assert taken in told
    assert stop not in records_in_force(told)
    assert taken not in records_in_force(told)
    assert refusal(withdraw, world, world.lift, stop) == "superseded-already"
    assert refusal(withdraw, world, world.lift, taken) == "not-a-correction"
    mended = Stop(happened_on=day("2025-01-10"))
    assert refusal(file, world, world.lift, mended, supersedes=stop) == "superseded-already"


def test_a_withdrawal_names_a_record(world):
    put_in_use(world, world.lift, "2024-05-20")
    nothing = Withdrawal(happened_on=day("2025-01-10"), reason="x")
    assert refusal(file_record, actor=world.rui, unit=world.lift, record=nothing) == (
        "withdraws-nothing"
    )
    assert not Record.objects.filter(stage="withdrawal").exists()
