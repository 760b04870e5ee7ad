"""``make check`` and ``make test``."""

from __future__ import annotations

from dev import bootstrap
from dev.instance import Instance
from dev.manage import ends, environment, owner_environment, passes
from dev.prepare import fingerprint
from dev.services import serving
from dev.told import say

# Two processes, a file to one of them: the tests of a file may share a server.
SIDE_BY_SIDE = ("-p", "tests.apart", "-n", "2", "--dist", "loadfile")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("python", "-m", "dev.deadcode"),
    ("mypy", "."),
    ("python", "manage.py", "check"),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
)


def check() -> int:
    """Runs every check, also after one has failed; 1 when any has."""
    bootstrap.ensure(with_tests=True)
    failed = []
    with serving("test", share=True) as instance:
        env = environment(instance)
        for command in CHECKS:
            say(" ".join(command))
            if not passes(env, *command):
                failed.append(" ".join(command))
    for line in failed:
        say(f"FAILED: {line}")
    return 1 if failed else 0


def fmt() -> int:
    """Formats the source and mends what ruff can mend."""
    bootstrap.ensure(with_tests=True)
    mended = ends({}, "ruff", "check", "--fix", "--quiet", ".")
    return ends({}, "ruff", "format", ".") or mended


def test(args: list[str]) -> int:
    """Runs pytest on real services, in two processes unless ``-n`` says otherwise; its exit code."""
    bootstrap.ensure(with_tests=True)
    with serving("test") as instance:
        # The tests start some thirty programs of ours; none should compile Django anew.
        env = owner_environment(instance, PYTHONDONTWRITEBYTECODE="")
        words = [*SIDE_BY_SIDE, *_fresh_database(instance), *args]
        return ends(env, "python", "-m", "pytest", *words)


def _fresh_database(instance: Instance) -> list[str]:
    """Makes pytest rebuild its database when a migration has changed since it was made."""
    stamp = instance.folder / "migrations"
    mark = fingerprint(
        "backend", "geo", "media_config", "mobile_api", "tagging", pattern="migrations/*"
    )
    if stamp.exists() and stamp.read_text() == mark:
        return []
    stamp.write_text(mark)
    return ["--create-db"]
