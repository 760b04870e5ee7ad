"""Looks at personal data are read by auditors, and many in an hour are a case."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.cases.actions import close_case
from backend.cases.models import Case
from backend.cases.tasks import open_cases_about_harvests
from backend.directory.actions import disclose_person
from backend.directory.models import Person
from backend.lib.problems import Refused
from tests.world import World

URL = "/api/v1/looks"


@pytest.fixture
def looked(world: World) -> World:
    """Ou looked at two people of 历下, at one of them twice; Zhao at one."""
    people = [Person.objects.create(name=name, employer=world.mall) for name in ("张三", "李四")]
    for person in (*people, people[0]):
        disclose_person(actor=world.ou, person=person, reason="核实")
    disclose_person(actor=world.zhao, person=people[0], reason="复核")
    return world


def read(user, path=URL, **asked):
    client = APIClient()
    client.force_authenticate(user)
    return client.get(path, asked)


def test_auditors_read_the_looks_of_their_people_and_others_their_own(looked):
    seen = {
        user.username: sorted(row["username"] for row in read(user).data["results"])
        for user in (looked.zhao, looked.ou, looked.rui, looked.qian)
    }
    assert seen == {"zhao": ["ou", "ou", "ou", "zhao"], "ou": ["ou"] * 3, "rui": [], "qian": []}
    (row,) = [r for r in read(looked.zhao).data["results"] if r["username"] == "zhao"]
    assert (row["reason"], row["entity"]) == ("复核", None)


def test_they_are_counted_by_who_looked(looked):
    rows = read(looked.zhao, f"{URL}/counts").data
    assert [(r["username"], r["looks"], r["people"]) for r in rows] == [
        ("ou", 3, 2),
        ("zhao", 1, 1),
    ]
    assert read(looked.zhao, f"{URL}/counts", since="2999-01-01T00:00:00Z").data == []
    assert read(looked.zhao, f"{URL}/counts", sinc="x").status_code == 400


def test_the_page_is_for_auditors(looked, client):
    client.force_login(looked.zhao)
    told = client.get("/looks/").content.decode()
    assert "复核" in told
    assert "张三" not in told
    client.force_login(looked.ou)
    assert client.get("/looks/").status_code == 403


def test_a_harvest_is_one_case_that_its_subject_cannot_close(looked, settings):
    settings.LOOKS_PER_HOUR = 4
    assert open_cases_about_harvests() == 0
    settings.LOOKS_PER_HOUR = 3
    assert [open_cases_about_harvests(), open_cases_about_harvests()] == [1, 1]
    case = Case.objects.get()
    assert (case.kind, case.user, case.region_id) == ("harvest", looked.ou, "370102")
    assert case.facts == {"looks": 3, "people": 2, "entities": 0}
    with pytest.raises(Refused, match="not-allowed"):
        close_case(actor=looked.ou, case=case.pk, verdict="nothing")
    assert close_case(actor=looked.zhao, case=case.pk, verdict="asked him").closed_at


def test_lists_that_are_empty_say_so(client, world):
    client.force_login(world.zhao)
    english = {"accept-language": "en"}
    assert "Nobody has looked" in client.get("/looks/", headers=english).content.decode()
    assert "Nobody has signed in" in client.get("/devices/", headers=english).content.decode()
