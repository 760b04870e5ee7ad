"""``make check`` and ``make test``."""

from __future__ import annotations

from dev import bootstrap
from dev.console import print_progress
from dev.instance import Instance
from dev.manage import environment, owner_environment, program_succeeds, run_program
from dev.preparation import digest_files
from dev.services import running_services

# Two processes, a file to one of them: the tests of a file may share a server.
# In the order of tests/conftest.py, not those with the most tests first.
PARALLEL_OPTIONS = ("-p", "tests.apart", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
    ("python", "-m", "dev.deadcode"),
    ("mypy", "."),
    ("python", "manage.py", "check"),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
)


def run_checks() -> int:
    """Runs every check, also after one has failed; 1 when any has."""
    bootstrap.bootstrap(with_tests=True)
    failed = []
    with running_services("test", share=True) as instance:
        env = environment(instance)
        for command in CHECKS:
            print_progress(" ".join(command))
            if not program_succeeds(env, *command):
                failed.append(" ".join(command))
    for line in failed:
        print_progress(f"FAILED: {line}")
    return 1 if failed else 0


def format_source() -> int:
    """Formats the source and mends what ruff can mend."""
    bootstrap.bootstrap(with_tests=True)
    mended = run_program({}, "ruff", "check", "--fix", "--quiet", ".")
    return run_program({}, "ruff", "format", ".") or mended


def run_tests(args: list[str]) -> int:
    """Runs pytest on real services, in two processes unless ``-n`` says otherwise; its exit code."""
    bootstrap.bootstrap(with_tests=True)
    with running_services("test") as instance:
        # The tests start some thirty programs of ours; none should compile Django anew.
        env = owner_environment(instance, PYTHONDONTWRITEBYTECODE="")
        words = [*PARALLEL_OPTIONS, *_create_db_option(instance), *args]
        return run_program(env, "python", "-m", "pytest", *words)


def _create_db_option(instance: Instance) -> list[str]:
    """The option by which pytest rebuilds its database, when a migration has changed since it
    was made."""
    stamp = instance.folder / "migrations"
    mark = digest_files(
        "backend", "geo", "media_config", "mobile_api", "tagging", pattern="migrations/*"
    )
    if stamp.exists() and stamp.read_text() == mark:
        return []
    stamp.write_text(mark)
    return ["--create-db"]
