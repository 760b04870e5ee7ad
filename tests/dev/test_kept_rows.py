"""A test that commits leaves the database as it found it."""

from __future__ import annotations

import pytest
from django.apps import apps

from backend.deadlines.models import DeadlineRule
from backend.units.models import Category, Unit
from tests.kept_rows import restore_rows
from tests.world import build


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_goes_and_what_was_changed_or_deleted_comes_back() -> None:
    names, rules = Category.objects.values_list("pk", "name"), DeadlineRule.objects.order_by("pk")
    before = sorted(names), list(rules.values())
    build()
    Category.objects.filter(pk="3110").update(name="某")
    rules.all().delete()
    restore_rows()
    assert not Unit.objects.exists()
    assert not apps.get_model("accounts.UserEvent").objects.exists()
    assert (sorted(names.all()), list(rules.all().values())) == before
    assert before[1]
