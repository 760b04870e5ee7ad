"""The verbs and what each one does."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from dev import bootstrap, postgres, quality, services
from dev.audit import audit
from dev.components import bill_of_materials
from dev.manage import ends, environment, manage, owner_environment
from dev.places import LOCAL, ROOT, UV
from dev.prepare import prepare
from dev.processes import end_on_signals
from dev.run import run
from dev.told import Told


def env(args: list[str]) -> int:
    """env [instance] [database]: print KEY=VALUE lines, with the services up in the background."""
    instance = services.detached(args[0] if args else "dev")
    values = instance.owner_environment()
    if len(args) > 1:
        postgres.make_database(instance, args[1])
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            values[name] = values[name].rsplit("/", 1)[0] + f"/{args[1]}"
    for key, value in values.items():
        print(f"{key}={value}")
    return 0


def serve(args: list[str]) -> int:
    """serve [instance]: keep the services up until this command, or one of them, is ended."""
    with services.serving(args[0] if args else "dev") as instance:
        while not (dead := services.first_dead(instance)):
            time.sleep(1)
    raise Told(f"{dead} has ended; the others were stopped")


def migrate(args: list[str]) -> int:
    """Migrates the database of ``make run``."""
    bootstrap.ensure(with_tests=False)
    with services.serving("run", share=True) as instance:
        env = owner_environment(instance)
        manage(env, "migrate", *args)
        manage(env, "grant_service_role")
    return 0


def demo(args: list[str]) -> int:
    """Replaces the register of ``make run``, which must not be up, by N invented units."""
    bootstrap.ensure(with_tests=False)
    units = os.environ.get("N") or "5000"
    with services.serving("run") as instance:
        postgres.drop_database(instance, "jinzhi")
        postgres.make_database(instance, "jinzhi")
        prepare(instance, owner_environment(instance), "--units", units, *args)
    return 0


def schema(_args: list[str]) -> int:
    """Writes docs/openapi.yaml from the code."""
    bootstrap.ensure(with_tests=False)
    with services.serving("run", share=True) as instance:
        # In English: the labels of choices would follow whichever catalogue is compiled here.
        options = ["--lang", "en", "--validate", "--file", "docs/openapi.yaml"]
        manage(environment(instance), "spectacular", *options)
    return 0


def bench(args: list[str]) -> int:
    """Prints the table of figures; ONLY and N reach the benchmarks as ``--only`` and ``--units``."""
    bootstrap.ensure(with_tests=True)
    words = [(flag, os.environ.get(name)) for flag, name in (("--only", "ONLY"), ("--units", "N"))]
    chosen = [part for flag, value in words if value for part in (flag, value)]
    with services.serving("bench") as instance:
        owner = instance.owner_environment()["DATABASE_OWNER_URL"]  # it makes its own databases
        return ends(
            environment(instance, DATABASE_URL=owner), "python", "-m", "bench", *chosen, *args
        )


def drill(args: list[str]) -> int:
    """drill [reports]: kills a database while reports come in, and restores it from its archive."""
    bootstrap.ensure(with_tests=True)
    return ends(dict(os.environ), "python", "-m", "bench.drill", *args)


def requirements(_args: list[str]) -> int:
    """Compiles requirements/*.in to *.txt with hashes."""
    bootstrap.ensure(with_tests=False)
    for name in ("installer", "base", "dev", "storage"):
        command = [str(UV), "pip", "compile", "--quiet", "--no-header", "--system-certs"]
        command += ["--generate-hashes", "--python-version=3.11", f"requirements/{name}.in"]
        subprocess.run([*command, f"--output-file=requirements/{name}.txt"], cwd=ROOT, check=True)
    return 0


def sbom(args: list[str]) -> int:
    """sbom [file]: write the bill of materials of what is shipped, as CycloneDX."""
    document = json.dumps(bill_of_materials(), indent=1) + "\n"
    Path(args[0] if args else LOCAL / "sbom.cdx.json").write_text(document)
    return 0


def prepare_machine(_args: list[str]) -> int:
    """Installs what the machine lacks."""
    bootstrap.ensure(with_tests=True)
    return 0


VERBS = {
    "audit": lambda _args: audit(),
    "bench": bench,
    "bootstrap": prepare_machine,
    "check": lambda _args: quality.check(),
    "demo": demo,
    "drill": drill,
    "env": env,
    "fmt": lambda _args: quality.fmt(),
    "migrate": migrate,
    "requirements": requirements,
    "run": lambda _args: run(),
    "sbom": sbom,
    "schema": schema,
    "serve": serve,
    "test": quality.test,
}


def main(args: list[str]) -> int:
    """Runs one verb; its answer is the exit code."""
    end_on_signals()
    if not args or args[0] not in VERBS:
        raise Told(f"usage: python -m dev {{{','.join(VERBS)}}} [arguments]")
    return VERBS[args[0]](args[1:])
