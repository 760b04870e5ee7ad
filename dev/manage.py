"""``manage.py`` and the other programs of ``.venv``, run against an instance."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from dev.console import UserError
from dev.instance import Instance
from dev.paths import PYTHON, ROOT, VENV


def environment(instance: Instance, **more: str) -> dict[str, str]:
    """Our environment with the settings of the service, and ``.venv`` first on the path."""
    ours = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
    path = f"{VENV / 'bin'}:{ours.get('PATH', '')}"
    return ours | instance.environment() | {"PATH": path, "PYTHONUNBUFFERED": "1"} | more


def owner_environment(instance: Instance, **more: str) -> dict[str, str]:
    """The same for who owns the tables: migrations, loaders, tests that make their database."""
    return environment(instance) | instance.owner_environment() | more


def program_succeeds(env: dict[str, str], *command: str) -> bool:
    """Runs a program of ``.venv`` in the checkout; whether it ended with exit code 0."""
    return run_program(env, *command) == 0


def run_program(env: dict[str, str], *command: str) -> int:
    """Runs a program of ``.venv`` in the checkout; its exit code."""
    words = [str(VENV / "bin" / command[0]), *command[1:]]
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode


def run_manage(env: dict[str, str], *words: str) -> None:
    """Runs ``manage.py``; raises Told when it fails."""
    if not program_succeeds(env, PYTHON.name, "manage.py", *words):
        raise UserError(f"manage.py {' '.join(words)} failed, see above")


def has_command(name: str) -> bool:
    """Whether one of our apps brings this management command."""
    return any(_command_files(name))


def _command_files(name: str) -> list[Path]:
    pattern = f"management/commands/{name}.py"
    return [*ROOT.glob(f"*/{pattern}"), *ROOT.glob(f"backend/*/{pattern}")]
