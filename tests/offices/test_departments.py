"""Departments as administrators open and close them: in their line, once, never losing what is open."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.competence import find_heir
from backend.offices.departments import close_office, open_office
from backend.offices.models import Office
from backend.offices.office_files import load_offices
from tests.offices.cast import give
from tests.world import World, make_user, office_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def root(world: World) -> User:
    """The administrator of 济南."""
    return make_user("root", Role.ADMINISTRATOR, world.city)


def opened(actor: User, parent: Office, code: str = "S370102-TS", **facts: Any) -> Office:
    told: dict[str, Any] = {"name": "特设科", "key": uuid.uuid4()} | facts
    return open_office(actor=actor, parent=parent.pk, code=code, **told)[0]


def refusal(act, **facts: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(**facts)
    return caught.value.code


def refused_opening(actor: User, parent: Office, **facts: Any) -> str:
    told = {"code": "S370102-TS", "name": "特设科", "key": uuid.uuid4()} | facts
    return refusal(open_office, actor=actor, parent=parent.pk, **told)


def refused_closing(actor: User, office: Office, successor: Office, **facts: Any) -> str:
    return refusal(close_office, actor=actor, office=office.pk, successor=successor.pk, **facts)


def test_a_department_belongs_where_its_parent_does(world: World, root: User):
    above = office_of(world.lixia)
    office = opened(root, above)
    assert (office.authority, office.body, office.region) == (above.authority, None, world.lixia)
    assert office.path.startswith(above.path)
    assert office.valid_from == clock.today()
    assert Office.objects.in_force(clock.today()).filter(pk=office.pk).exists()


def test_who_is_no_administrator_or_not_of_the_line_opens_none(world: World, root: User):
    local = make_user("local", Role.ADMINISTRATOR, world.shizhong)
    assert refused_opening(local, office_of(world.lixia)) == "not-found"
    assert refused_opening(world.lin, office_of(world.lixia)) == "not-allowed"


def test_a_code_names_one_office_and_no_authority(world: World, root: User):
    above = office_of(world.lixia)
    opened(root, above)
    assert refused_opening(root, above) == "office-code-taken"
    assert refused_opening(root, above, code="S370103") == "office-code-taken"
    for code in ("", "370 102", "a", "-A", "A--B", "特设"):
        assert refused_opening(root, above, code=code) == "code-invalid"


def test_nothing_is_opened_or_closed_in_the_past(world: World, root: User):
    above = office_of(world.lixia)
    yesterday = clock.today() - DAY
    assert refused_opening(root, above, starts_on=yesterday) == "day-invalid"
    office = opened(root, above)
    assert refused_closing(root, office, above, first_day_without=yesterday) == "day-invalid"


def test_the_same_key_opens_one(world: World, root: User):
    above, key = office_of(world.lixia), uuid.uuid4()
    assert opened(root, above, key=key) == opened(root, above, key=key)
    assert refused_opening(root, above, key=key, name="别的") == "idempotency-conflict"


def test_an_office_ends_with_a_successor_who_has_its_work(world: World, root: User):
    above = office_of(world.lixia)
    office = opened(root, above)
    close_office(actor=root, office=office.pk, successor=above.pk)
    office.refresh_from_db()
    assert find_heir(office, clock.today()) == above
    assert refused_closing(root, office, above) == "office-closed"


def test_a_successor_exists_then_and_lies_in_the_line(world: World, root: User):
    local = make_user("local", Role.ADMINISTRATOR, world.lixia)
    office = opened(local, office_of(world.lixia))
    for other in (office, office_of(world.shizhong)):
        assert refused_closing(local, office, other) == "successor-unfit"
    gone = opened(local, office_of(world.lixia), "S370102-A")
    close_office(actor=local, office=gone.pk, successor=office.pk)
    assert refused_closing(local, office, gone) == "successor-unfit"


def test_what_has_departments_or_is_ones_own_or_an_authority_stays(world: World, root: User):
    above = office_of(world.lixia)
    office = opened(root, above)
    below = opened(root, office, "S370102-TS-1")
    assert refused_closing(root, office, above) == "office-not-empty"
    close_office(actor=root, office=below.pk, successor=above.pk)
    give(root, office, Role.LEADER)
    assert refused_closing(root, office, above) == "own-office"
    assert refused_closing(root, above, office_of(world.city)) == "office-of-authority"
    local = make_user("local", Role.ADMINISTRATOR, world.shizhong)
    assert refused_closing(local, office, above) == "not-found"
    assert refused_closing(world.lin, office, above) == "not-allowed"


def test_loading_the_reference_anew_opens_no_office_that_was_closed(world: World, root: User):
    load_offices()
    department = Office.objects.filter(parent=office_of(world.lixia)).first()
    close_office(actor=root, office=department.pk, successor=department.parent_id)
    load_offices()
    department.refresh_from_db()
    assert department.valid_to == clock.today()


def test_a_department_is_not_opened_below_an_office_while_that_is_closed(committed_world: World):
    root = make_user("root", Role.ADMINISTRATOR, committed_world.city)
    above = office_of(committed_world.lixia)
    office = opened(root, above)
    meet, told = threading.Barrier(2), []

    def act(change, **facts: Any) -> None:
        meet.wait(10)
        try:
            change(actor=root, **facts)
            told.append("done")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    ends = {"office": office.pk, "successor": above.pk}
    begins = {"parent": office.pk, "code": "X1", "name": "新", "key": uuid.uuid4()}
    threads = [
        threading.Thread(target=act, args=(close_office,), kwargs=ends),
        threading.Thread(target=act, args=(open_office,), kwargs=begins),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) in (["done", "not-found"], ["done", "office-not-empty"])
