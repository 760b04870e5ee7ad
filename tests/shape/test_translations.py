"""Whatever the server says in English it says in Chinese too."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.utils.translation.template import templatize

from backend.config.settings import ROOT

CATALOGUE = ROOT / "backend" / "web" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HOUSES = ("backend", "geo", "media_config", "mobile_api", "tagging")
KEYWORDS = ("_", "gettext", "gettext_lazy", "ngettext:1,2", "pgettext:1c,2")


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
