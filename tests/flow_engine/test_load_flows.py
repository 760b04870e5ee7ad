"""Flows are loaded from files as versions; what runs keeps its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.flows.documents import BadFlow
from backend.flows.models import FlowVersion
from backend.flows.versions import load_flow_files, newest_version, read_version
from tests.flow_engine.flows import Run

FILE = """
name = "example"
label = {zh = "例", en = "example"}
source = "no law"
start = "work"

[states]
open = {zh = "在办", en = "open"}
closed = {zh = "办结", en = "closed"}
[outcomes]
done = {zh = "完成", en = "done"}

[nodes.work]
label = {zh = "承办", en = "WORK"}
state = "open"
ask = {role = "clerk"}
[nodes.work.decisions.finish]
label = {zh = "办结", en = "finish"}
to = "end"

[nodes.end]
label = {zh = "结束", en = "end"}
state = "closed"
outcome = "done"
"""

DECISION = FILE[FILE.index("[nodes.work.decisions.finish]") : FILE.index("[nodes.end]")]


def load(folder: Path, label: str = "work", file: str = FILE) -> int:
    """Load the example with another label."""
    (folder / "example.toml").write_text(file.replace("WORK", label), encoding="utf-8")
    return load_flow_files(clocks=(), folder=folder)


def test_the_same_content_is_the_same_version(db: None, tmp_path: Path) -> None:
    assert load(tmp_path) == 1
    assert load(tmp_path) == 0
    assert FlowVersion.objects.filter(name="example").count() == 1


def test_another_content_is_a_new_version_and_what_runs_keeps_its_own(
    db: None, tmp_path: Path
) -> None:
    load(tmp_path)
    old = newest_version("example")
    run = Run(read_version(old.pk))
    assert load(tmp_path, "works") == 1
    new = newest_version("example")
    assert (old.version, new.version) == (1, 2)
    assert read_version(new.pk).nodes["work"].label.en == "works"
    assert read_version(old.pk).nodes["work"].label.en == "work"
    assert run.decide("finish").outcome == "done"


def test_what_was_said_before_is_a_new_version_again(db: None, tmp_path: Path) -> None:
    for label in ("work", "works", "work"):
        load(tmp_path, label)
    assert newest_version("example").version == 3


def test_one_that_makes_no_sense_keeps_all_from_being_loaded(db: None, tmp_path: Path) -> None:
    other = FILE.replace('"example"', '"other"').replace('to = "end"', 'to = "odd"')
    (tmp_path / "other.toml").write_text(other, encoding="utf-8")
    with pytest.raises(BadFlow, match=r"other: .*finish\.to: 'odd' is no node"):
        load(tmp_path)
    assert newest_version("example") is None


def test_the_definition_is_kept_as_it_was_written(db: None, tmp_path: Path) -> None:
    load(tmp_path)
    stored = json.loads(newest_version("example").definition)
    assert stored["nodes"]["work"]["decisions"]["finish"]["to"] == "end"


def test_decisions_stand_in_the_order_of_the_file(db: None, tmp_path: Path) -> None:
    """``jsonb`` would put the shortest name first."""
    longer, shorter = DECISION.replace("finish", "set-aside"), DECISION.replace("finish", "end")
    load(tmp_path, file=FILE.replace(DECISION, longer + DECISION + shorter))
    first = newest_version("example")
    assert list(read_version(first.pk).nodes["work"].decisions) == ["set-aside", "finish", "end"]
    assert load(tmp_path, file=FILE.replace(DECISION, shorter + longer + DECISION)) == 1
    second = newest_version("example")
    assert list(read_version(second.pk).nodes["work"].decisions) == ["end", "set-aside", "finish"]
