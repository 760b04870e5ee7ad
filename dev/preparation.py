"""The preparation of an instance: its database, bucket and static files are brought up to the
source."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dev import postgres
from dev.console import print_progress
from dev.instance import Instance
from dev.manage import has_command, run_manage
from dev.paths import PYTHON, ROOT
from dev.signing_key import make_signing_key

PACKAGES = ("backend", "geo", "media_config", "mobile_api", "tagging")
STEPS = (
    ("ensure_bucket", ()),
    ("load_reference", ()),
    ("demo", ("--if-empty",)),
    ("risk_rebuild", ("--if-missing",)),
    ("make_cards", ()),
    ("collectstatic", ("--noinput", "--verbosity=0")),
)


def prepare_instance(instance: Instance, env: dict[str, str], *demo: str) -> None:
    """Migrates, grants and loads as the owner, by ``env``; skips the loading when nothing of ours has changed since the last time.

    ``demo`` are further words for the demonstration data, which only an empty register receives.
    """
    make_signing_key(instance.folder)
    stamp = instance.folder / "prepared"
    source = digest_files(*PACKAGES)
    if stamp.exists() and stamp.read_text() == _state_digest(instance, source):
        return
    if not _is_migrated(env):
        print_progress("migrating")
        run_manage(env, "migrate", "--verbosity=0")
    run_manage(env, "grant_service_role", "--verbosity=0")
    for command, words in STEPS:
        if command == "collectstatic" or has_command(command):
            print_progress(f"manage.py {command}")
            run_manage(env, command, *words, *(demo if command == "demo" else ()))
    stamp.write_text(_state_digest(instance, source))


def _state_digest(instance: Instance, source: str) -> str:
    """The source and the migrations in the database, which somebody may have moved by hand."""
    return f"{source} {postgres.digest_applied_migrations(instance)}"


def digest_files(*folders: str, pattern: str = "*") -> str:
    """A digest that changes when a file below the folders is added, removed or written."""
    digest = hashlib.sha256()
    for path in sorted(_list_files(folders, pattern)):
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _list_files(folders: tuple[str, ...], pattern: str) -> Iterator[Path]:
    for folder in folders:
        for path in (ROOT / folder).rglob(pattern):
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and "node_modules" not in path.parts
            ):
                yield path


def _is_migrated(env: dict[str, str]) -> bool:
    command = [str(PYTHON), "manage.py", "migrate", "--check"]
    return (
        subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode == 0
    )
