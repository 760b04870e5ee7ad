"""Offices as they are loaded for the authorities of Shandong."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.accounts.models import Role, User
from backend.directory.authorities import load_authorities
from backend.lib import clock
from backend.offices.competence import find_competent_office, find_heir
from backend.offices.models import Office, Post
from backend.offices.office_files import load_offices
from geo.region_files import load_regions

MERGED = dt.date(2019, 1, 1)


@pytest.fixture
def loaded(db) -> int:
    """How many offices the files make."""
    load_regions()
    load_authorities()
    return load_offices()


def test_each_authority_has_its_office_and_loading_twice_changes_nothing(loaded):
    assert load_offices() == loaded
    city = Office.objects.get(code="S370100")
    assert city.path.startswith(Office.objects.get(code="S370000").path)
    section = Office.objects.get(code="S370100-TSC")
    assert section.path.startswith(city.path)
    assert section.authority == city.authority


def test_laiwu_was_merged_into_jinan_and_so_were_its_departments(loaded):
    for suffix in ("", "-TSJB"):
        laiwu = Office.objects.get(code=f"S371200{suffix}")
        heir = find_heir(laiwu, MERGED)
        assert heir is not None
        assert heir.code == f"S370100{suffix}"
        assert find_heir(laiwu, MERGED - dt.timedelta(days=1)) == laiwu
    county = find_heir(Office.objects.get(code="S371202"), MERGED)
    assert county is not None
    assert county.code == "S370116"


def test_the_bureau_before_the_reform_hands_over_to_the_one_since(loaded):
    heir = find_heir(Office.objects.get(code="Q371202"), MERGED)
    assert heir is not None
    assert heir.code == "S370116"


def test_the_competent_office_of_a_county_that_ended_is_that_of_its_successor(loaded):
    then, now = (find_competent_office("371202", day) for day in (dt.date(2018, 12, 31), MERGED))
    assert then is not None
    assert now is not None
    assert (then.code, now.code) == ("S371202", "S370116")


def test_who_holds_a_post_in_an_authority_that_ended_holds_it_in_its_successor_from_today(loaded):
    laiwu = Office.objects.get(code="S371200")
    clerk = User.objects.create(username="laiwu", role=Role.CLERK, region=laiwu.region)
    Post.objects.create(user=clerk, office=laiwu, role=Role.CLERK, starts_on=MERGED)
    load_offices()
    now = clerk.posts.get(ends_on=None)
    assert (now.office.code, now.starts_on) == ("S370100", clock.today())
    load_offices()
    assert clerk.posts.count() == 2
