"""The verbs and what each one does."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

from dev import bootstrap, checks, postgres, services
from dev.audit import audit
from dev.components import bill_of_materials
from dev.console import UserError
from dev.manage import environment, owner_environment, run_manage, run_program
from dev.paths import LOCAL, ROOT, UV
from dev.preparation import prepare_instance
from dev.processes import exit_on_signals
from dev.whole_service import run_service


def print_environment(args: list[str]) -> int:
    """env [instance] [database]: print KEY=VALUE lines, with the services up in the background."""
    instance = services.start_detached(args[0] if args else "dev")
    values = instance.owner_environment()
    if len(args) > 1:
        postgres.make_database(instance, args[1])
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            values[name] = values[name].rsplit("/", 1)[0] + f"/{args[1]}"
    for key, value in values.items():
        print(f"{key}={value}")
    return 0


def serve_instance(args: list[str]) -> int:
    """serve [instance]: keep the services up until this command, or one of them, is ended."""
    with services.running_services(args[0] if args else "dev") as instance:
        while not (dead := services.first_dead(instance)):
            time.sleep(1)
    raise UserError(f"{dead} has ended; the others were stopped")


def migrate_database(args: list[str]) -> int:
    """Migrates the database of ``make run``."""
    bootstrap.bootstrap(with_tests=False)
    with services.running_services("run", share=True) as instance:
        env = owner_environment(instance)
        run_manage(env, "migrate", *args)
        run_manage(env, "grant_service_role")
    return 0


def replace_demo(args: list[str]) -> int:
    """Replaces the register of ``make run``, which must not be up, by N invented units."""
    bootstrap.bootstrap(with_tests=False)
    units = os.environ.get("N") or "5000"
    with services.running_services("run") as instance:
        postgres.drop_database(instance, "jinzhi")
        postgres.make_database(instance, "jinzhi")
        prepare_instance(instance, owner_environment(instance), "--units", units, *args)
    return 0


def write_openapi_document(_args: list[str]) -> int:
    """Writes docs/openapi.yaml from the code."""
    bootstrap.bootstrap(with_tests=False)
    with services.running_services("run", share=True) as instance:
        # In English: the labels of choices would follow whichever catalogue is compiled here.
        options = ["--lang", "en", "--validate", "--file", "docs/openapi.yaml"]
        run_manage(environment(instance), "spectacular", *options)
    return 0


def run_benchmarks(args: list[str]) -> int:
    """Prints the table of figures; ONLY and N reach the benchmarks as ``--only`` and ``--units``."""
    bootstrap.bootstrap(with_tests=True)
    words = [(flag, os.environ.get(name)) for flag, name in (("--only", "ONLY"), ("--units", "N"))]
    chosen = [part for flag, value in words if value for part in (flag, value)]
    with services.running_services("bench") as instance:
        owner = instance.owner_environment()["DATABASE_OWNER_URL"]  # it makes its own databases
        return run_program(
            environment(instance, DATABASE_URL=owner), "python", "-m", "bench", *chosen, *args
        )


def drill(args: list[str]) -> int:
    """drill [reports]: kills a database while reports come in, and restores it from its archive."""
    bootstrap.bootstrap(with_tests=True)
    return run_program(dict(os.environ), "python", "-m", "bench.drill", *args)


def compile_requirements(_args: list[str]) -> int:
    """Compiles requirements/*.in to *.txt with hashes."""
    bootstrap.bootstrap(with_tests=False)
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
    """Installs what the machine lacks, for the tests too."""
    bootstrap.bootstrap(with_tests=True)
    return 0


def install_product(_args: list[str]) -> int:
    """Installs what the machine lacks to serve the product."""
    bootstrap.bootstrap(with_tests=False)
    return 0


VERBS = {
    "audit": lambda _args: audit(),
    "bench": run_benchmarks,
    "bootstrap": prepare_machine,
    "check": lambda _args: checks.run_checks(),
    "demo": replace_demo,
    "drill": drill,
    "env": print_environment,
    "fmt": lambda _args: checks.format_source(),
    "install": install_product,
    "migrate": migrate_database,
    "requirements": compile_requirements,
    "run": lambda _args: run_service(),
    "sbom": sbom,
    "schema": write_openapi_document,
    "serve": serve_instance,
    "test": checks.run_tests,
}


def run_verb(args: list[str]) -> int:
    """Runs one verb; its answer is the exit code."""
    exit_on_signals()
    if not args or args[0] not in VERBS:
        raise UserError(f"usage: python -m dev {{{','.join(VERBS)}}} [arguments]")
    return VERBS[args[0]](args[1:])
