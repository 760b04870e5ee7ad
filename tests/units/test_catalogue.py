from __future__ import annotations

from backend.units.models import Category
from backend.units.reference_data import load_catalogue


def test_rule_01_codes_are_strings_and_the_parent_is_stored(db):
    assert load_catalogue() == 157
    for code in ("4A00", "7TZ0", "23T0", "F220", "7T00", "71F0"):
        assert Category.objects.get(code=code).code == code
    assert Category.objects.get(code="7310").parent_id == "F000"
    assert Category.objects.get(code="7320").parent_id == "7300"
    assert Category.objects.filter(level="kind").count() == 10
    assert Category.objects.filter(level="type").count() == 48
    assert Category.objects.filter(level="variety").count() == 99


def test_rule_02_a_type_without_varieties_is_a_leaf_and_prints_a_dash(db):
    load_catalogue()
    for code in ("1100", "4900", "5200", "6100"):
        category = Category.objects.get(code=code)
        assert category.leaf
        assert category.variety_on_forms == "—"
        assert category.name == category.type_name
    assert not Category.objects.get(code="3100").leaf
    assert Category.objects.get(code="3110").variety_on_forms == "曳引驱动乘客电梯"


def test_loading_again_changes_nothing(db):
    load_catalogue()
    load_catalogue()
    assert Category.objects.count() == 157


def test_goods_are_not_registered_for_use(db):
    load_catalogue()
    assert not Category.objects.get(code="7310").registered_for_use
    assert not Category.objects.get(code="7110").registered_for_use
    assert Category.objects.get(code="8310").registered_for_use
