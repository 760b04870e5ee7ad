"""Entities found by a part of their name."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from backend.directory.models import LegalEntity
from backend.directory.name_search import name_contains


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["医院", "中心医", "ABC", "abc医", "100%", "'"])
def test_a_name_is_found_by_any_part_of_two_letters(text: str) -> None:
    names = ["济南市中心医院", "Abc医疗有限公司", "100%纯棉", "它'名"]
    for name in names:
        LegalEntity.objects.create(name=name)
    found = {entity.name for entity in LegalEntity.objects.filter(name_contains(text))}
    wanted = {name for name in names if len(text) > 1 and text.lower() in name.lower()}
    assert found == wanted


@pytest.mark.django_db
def test_the_index_of_pairs_answers() -> None:
    query, values = LegalEntity.objects.filter(name_contains("医院")).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + query, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "entity_name_pairs" in plan


class Parts(TestCase):
    """Any part of any name."""

    @given(st.text(min_size=2, max_size=30).filter(lambda name: "\0" not in name), st.data())
    def test_any_part_finds_its_name(self, name: str, data: st.DataObject) -> None:
        first = data.draw(st.integers(0, len(name) - 2))
        last = data.draw(st.integers(first + 2, len(name)))
        entity = LegalEntity.objects.create(name=name)
        found = LegalEntity.objects.filter(name_contains(name[first:last]))
        assert entity in found
