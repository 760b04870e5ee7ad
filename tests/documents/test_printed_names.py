"""Whom a document names, as it is printed: a whole level by its common name (regulation of 2012, art. 9)."""

from __future__ import annotations

import pytest

from backend.directory.models import Authority
from backend.documents.sheet import build_sheet
from backend.offices.models import Office
from tests.documents.cast import DocumentCast

pytestmark = pytest.mark.django_db
EACH = "各县（市、区）市场监督管理局"


def test_a_whole_level_below_is_printed_by_its_common_name(cast: DocumentCast) -> None:
    both = [cast.office, cast.neighbour]
    document = cast.write(cast.city_leader, main=["各镇街", *both, "各开发区"], copy=[cast.office])
    sheet = build_sheet(document)
    assert sheet["main"] == f"各镇街，{EACH}，各开发区"
    assert sheet["copies"] == cast.office.name


def test_what_is_no_whole_level_or_not_alike_keeps_its_names(cast: DocumentCast) -> None:
    both = [cast.office, cast.neighbour]
    names = "，".join(office.name for office in both)
    beside = cast.write(cast.leader, main=both, direction="level", kind="letter")
    assert build_sheet(beside)["main"] == names, "they do not lie below 历下"
    made = {"code": "S370104", "name": "槐荫区市监局", "region": cast.office.region}
    authority = Authority.objects.create(level="county", parent=cast.city.authority, **made)
    third = Office.objects.create(authority=authority, parent=cast.city, **made)
    assert build_sheet(cast.write(cast.city_leader, main=both))["main"] == names
    all_three = cast.write(cast.city_leader, main=[*both, third])
    assert build_sheet(all_three)["main"] == f"{names}，槐荫区市监局"
