"""The tree of authorities and its history (domain rule 25)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from backend.directory.authorities import load_authorities
from backend.directory.models import Authority
from geo.region_files import load_regions


def _counts(day: dt.date) -> dict[str, int]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    rows = Authority.objects.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    return {level: rows.filter(level=level).count() for level in ("province", "city", "county")}


def test_rule_25_there_were_17_city_bureaus_in_2005_and_are_16_now(db: None) -> None:
    load_regions()
    count = load_authorities()
    assert load_authorities() == count == Authority.objects.count()
    then, today = _counts(dt.date(2005, 12, 31)), _counts(dt.date(2024, 1, 1))
    assert (then["province"], then["city"]) == (1, 17)
    assert (today["province"], today["city"], today["county"]) == (1, 16, 136 + 15)
    laiwu = Authority.objects.get(code="S371202")
    assert laiwu.parent is not None
    assert (laiwu.parent.code, laiwu.valid_to) == ("S371200", dt.date(2019, 1, 1))
