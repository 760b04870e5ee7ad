"""Known weaknesses of what the product is built of, asked of the registries that answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from dev.components import NODE_LOCKS, Component, python_components
from dev.console import print_progress
from dev.paths import ROOT

PYPI = os.environ.get("PYPI_URL", "https://pypi.org")
_WAIT_S = 10


class NoAnswer(Exception):
    """The registry was not reached, or knows nothing of weaknesses."""


def audit() -> int:
    """Tells each weakness; 1 where there is one. A registry that does not answer is passed over."""
    found = [*_of_python(), *(weakness for lock in NODE_LOCKS for weakness in _of_node(lock))]
    for weakness in found:
        print(weakness)
    return 1 if found else 0


def _of_python() -> list[str]:
    try:
        return [told for component in python_components() for told in weaknesses_of(component)]
    except NoAnswer as reason:
        print_progress(f"Python packages were NOT audited: {reason}")
        return []


def weaknesses_of(component: Component, registry: str = PYPI) -> list[str]:
    """What PyPI knows of one package, a line each. Raises NoAnswer."""
    address = f"{registry}/pypi/{component.name}/{component.version}/json"
    try:
        with urllib.request.urlopen(address, timeout=_WAIT_S) as answer:
            told: dict[str, Any] = json.load(answer)
        known = told["vulnerabilities"]
    except (urllib.error.URLError, TimeoutError, ValueError, KeyError) as error:
        raise NoAnswer(f"{address}: {error!r}") from None
    return [
        f"{component.name} {component.version}: {weakness['id']} {weakness.get('summary') or ''}"
        for weakness in known
        if not weakness.get("withdrawn")
    ]


def _of_node(lock: Path) -> list[str]:
    """What ``npm audit`` says of one client."""
    folder = lock.parent
    if shutil.which("npm") is None:
        print_progress(f"{folder.relative_to(ROOT)} was NOT audited: there is no npm")
        return []
    command = ["npm", "audit", "--json", "--package-lock-only", "--omit=dev"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    try:
        known = json.loads(ended.stdout)["vulnerabilities"]
    except (ValueError, KeyError):
        print_progress(f"{folder.relative_to(ROOT)} was NOT audited: the registry did not answer")
        return []
    return [f"{name}: {facts['severity']} ({facts['range']})" for name, facts in known.items()]
