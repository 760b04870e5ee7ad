"""The documents: each is linked from the README, and each operation says what it does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

DOCS = Path("docs")


def test_the_readme_links_every_page_of_docs() -> None:
    readme = Path("README.md").read_text()
    assert [page.name for page in DOCS.glob("*.md") if f"(docs/{page.name})" not in readme] == []


def test_files_that_the_architecture_names_exist() -> None:
    words = (DOCS / "architecture.md").read_text().split("`")[1::2]
    paths = [word for word in words if "/" in word and " " not in word and "(" not in word]
    assert len(paths) > 20
    assert [path for path in paths if not Path(path).exists() and path != "/risk/"] == []


def test_no_two_operations_share_a_summary() -> None:
    document = yaml.safe_load((DOCS / "openapi.yaml").read_text())
    summaries = Counter(
        operation["summary"]
        for operations in document["paths"].values()
        for name, operation in operations.items()
        if name in {"get", "post", "put", "patch", "delete", "head"}
    )
    assert [summary for summary, times in summaries.items() if times > 1] == []
