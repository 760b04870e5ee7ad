"""What the product is built of, as the locked requirements say: a bill of materials (CycloneDX)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.paths import ROOT

PYTHON_LOCK = ROOT / "requirements" / "base.txt"
NODE_LOCKS = (
    ROOT / "mobile_api" / "pwa" / "package-lock.json",
    ROOT / "backend" / "web" / "client" / "package-lock.json",
)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")


@dataclass(frozen=True, slots=True)
class Component:
    """One package at one version; ``kind`` is that of a package URL."""

    kind: str
    name: str
    version: str
    sha512: str = ""

    @property
    def purl(self) -> str:
        """Its package URL."""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def python_components(lock: Path = PYTHON_LOCK) -> list[Component]:
    """The Python packages that the service is installed with."""
    pins = (_PIN.match(line) for line in lock.read_text().splitlines())
    return [Component("pypi", pin[1].lower(), pin[2]) for pin in pins if pin]


def node_components(lock: Path) -> list[Component]:
    """The packages that a client ships; those that only build it are left out."""
    return list(_of_node(json.loads(lock.read_text())["packages"]))


def _of_node(packages: dict[str, dict[str, Any]]) -> Iterator[Component]:
    for place, facts in packages.items():
        if place and not facts.get("dev"):
            name = place.rpartition("node_modules/")[2]
            kind, _dash, digest = facts.get("integrity", "").partition("-")
            sha512 = base64.b64decode(digest).hex() if kind == "sha512" else ""
            yield Component("npm", name, facts["version"], sha512)


def bill_of_materials() -> dict[str, Any]:
    """The whole as CycloneDX 1.6; the same locks make the same document."""
    every = [*python_components(), *(c for lock in NODE_LOCKS for c in node_components(lock))]
    unique = {component.purl: component for component in every}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "jinzhi"}},
        "components": [_describe_component(unique[purl]) for purl in sorted(unique)],
    }


def _describe_component(component: Component) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
    }
    if component.sha512:
        told["hashes"] = [{"alg": "SHA-512", "content": component.sha512}]
    return told


if __name__ == "__main__":
    print(json.dumps(bill_of_materials(), indent=1))
