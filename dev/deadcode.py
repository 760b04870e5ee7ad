"""Finds functions, classes and methods of the product that nothing of the product calls."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

ROOMS = ("backend", "geo", "tagging", "mobile_api", "media_config")
SKIPPED = ["*/migrations/*", "*/node_modules/*"]
CALLED_BY_FRAMEWORKS = [
    "Command", "Meta", "Change", "collect", "*Scheme", "add_arguments", "get_*", "validate_*", "destroy", "as_sql",
    "select_parser", "select_renderer", "process_view", "is_open_for_signup", "pre_authenticate",
    "authentication_failed", "respond_user_inactive", "AccountsConfig", "HotlineConfig", "collect", "clean_*", "prepare_value",
    "label_from_instance", "value_from_datadict", "handle_starttag", "handle_endtag", "handle_data",
]  # fmt: skip
REGISTERED_BY = ["@action", "@extend_schema*", "@shared_task", "@register.*", "@atexit.register"]
KINDS = frozenset({"function", "class", "method", "property", "import", "unreachable_code"})
_QUOTED = re.compile(r"[\"'](?:[\w.]+\.)?(\w+)[\"']")


def list_dead_code() -> Iterator[str]:
    """Each piece of dead code with its file and line. Tests do not count as callers.

    What a template names, or a text in quotes such as a task's path, counts as called.
    """
    finder = Vulture(ignore_names=CALLED_BY_FRAMEWORKS, ignore_decorators=REGISTERED_BY)
    finder.scavenge([*ROOMS, "manage.py"], exclude=SKIPPED)
    named = set(_list_names_in_texts())
    for item in finder.get_unused_code():
        if item.typ in KINDS and item.name not in named:
            yield f"{item.filename}:{item.first_lineno}: nothing calls {item.typ} {item.name}"


def _list_names_in_texts() -> Iterator[str]:
    for path in Path("backend").glob("*/templates/**/*.html"):
        yield from re.findall(r"\w+", path.read_text())
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            yield from _QUOTED.findall(path.read_text())


def main() -> int:
    """Prints what is dead; 1 when anything is."""
    dead = list(list_dead_code())
    sys.stdout.writelines(f"{line}\n" for line in dead)
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
