"""``docs/security.md`` says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from backend.accounts.models import Role
from backend.accounts.rights import RIGHTS, Right

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()


def test_the_table_of_rights_is_that_of_the_code():
    told = TEXT.split("<!-- rights -->\n")[1].split("<!-- /rights -->")[0]
    head = f"| right | {' | '.join(Role.values)} |\n|---|{'---|' * len(Role.values)}\n"
    rows = (
        f"| `{right}` | {' | '.join('✓' if right in RIGHTS[role] else '' for role in Role.values)} |\n"
        for right in Right
    )
    assert told == head + "".join(rows)


def test_every_field_named_is_there():
    named = re.findall(r"`(\w+)\.([A-Z]\w+)\.(\w+)`", TEXT)
    assert len(named) > 10
    for app, model, field in named:
        assert apps.get_model(app, model)._meta.get_field(field)


def test_every_test_named_is_there_and_no_chapter_is_left_out():
    for name in re.findall(r"`(tests/[\w/]+\.py)`", TEXT):
        assert (ROOT / name).is_file(), name
    assert re.findall(r"^\| V(\d+) ", TEXT, re.MULTILINE) == [str(n) for n in range(1, 18)]


def test_administrators_neither_inspect_nor_judge():
    inspecting = {
        Right.FILE_REPORT, Right.FILE_RECORD, Right.WITHDRAW_RECORD, Right.PLAN_WORK,
        Right.JUDGE_FIELDWORK, Right.COMPARE_INSPECTORS, Right.REGISTER_UNIT, Right.MANAGE_TAGS,
    }  # fmt: skip
    assert not RIGHTS[Role.ADMINISTRATOR] & inspecting
