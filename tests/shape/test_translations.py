"""Whatever the server says in English it says in Chinese too."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from django.db.models import CheckConstraint
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize

from backend.accounts.rights import Right, refuse_without
from backend.api.records.details import MODEL_BY_STAGE
from backend.config.settings import ROOT
from backend.lib.problems import Refused
from backend.units.rulebook import read_interval_rules
from backend.units.stage_constraints import CONTRADICTIONS

CATALOGUE = ROOT / "backend" / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HOUSES = ("backend", "geo", "media_config", "mobile_api", "tagging")
KEYWORDS = (
    "_",
    "_lazy",
    "gettext",
    "gettext_lazy",
    "ngettext:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
)


def test_every_text_of_the_server_has_a_chinese_one(tmp_path: Path) -> None:
    sources = [str(file) for house in HOUSES for file in sorted((ROOT / house).rglob("*.py"))
               if not {"migrations", "node_modules"} & set(file.parts)]  # fmt: skip
    sources += [
        _as_python(page, tmp_path) for page in sorted(ROOT.glob("backend/web/templates/**/*.html"))
    ]
    said = tmp_path / "said.pot"
    subprocess.run(
        ["xgettext", "--language=Python", "--from-code=UTF-8", f"--output={said}", "--keyword",
         *(f"--keyword={word}" for word in KEYWORDS), *sources], check=True,
    )  # fmt: skip
    told = subprocess.run(["msgcmp", CATALOGUE, said], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def _as_python(page: Path, folder: Path) -> str:
    """A page as Django hands it to xgettext: its texts as calls of gettext."""
    told = folder / f"{page.stem}-{len(list(folder.iterdir()))}.py"
    told.write_text(templatize(page.read_text(), origin=str(page)))
    return str(told)


def test_what_rules_and_checklists_rest_on_is_told_in_chinese() -> None:
    rules = read_interval_rules(ROOT / "backend" / "units" / "data" / "interval_rules.toml")
    said = {rule.source for rule in rules}
    for file in (ROOT / "backend" / "inspections" / "data").glob("*.json"):
        said.add(json.loads(file.read_text())["source"])
    with override("zh-hans"):
        told = {source: gettext(source) for source in said if source}
    english = {source for source, words in told.items() if re.search("[a-z]{3}", words)}
    assert not english


def test_a_refusal_calls_rights_and_contradictions_by_words() -> None:
    with override("zh-hans"):
        for right in Right:
            with pytest.raises(Refused) as refused:
                refuse_without(right)
            assert not re.search("[A-Za-z]", str(refused.value.detail))
    for model in MODEL_BY_STAGE.values():
        names = {one.name for one in model._meta.constraints if isinstance(one, CheckConstraint)}
        assert names <= set(CONTRADICTIONS)
