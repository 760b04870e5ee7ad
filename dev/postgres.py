"""The private PostGIS cluster of an instance."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from dev.console import UserError
from dev.instance import SERVICE_ROLE, Instance
from dev.paths import ROOT
from dev.processes import Child, Family, is_root, setpriv_prefix, wait_until_ready

BASE_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "jit": "off",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Nothing in a test database is worth a disk flush.
THROWAWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def find_newest_programs() -> Path | None:
    """The folder of the newest installed PostgreSQL that has PostGIS; None without one."""
    found = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if Path("/usr/share/postgresql", path.parent.name, "extension/postgis.control").exists()
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def start_cluster(family: Family, instance: Instance) -> Child:
    """Starts the cluster, made at its first start, and waits until it answers."""
    place = home(instance)
    dirty = place / "dirty"
    if instance.is_throwaway and dirty.exists():  # without fsync a crash may have torn its pages
        shutil.rmtree(place / "data", ignore_errors=True)
    binaries = _programs_of_cluster(place)
    if not (place / "data" / "PG_VERSION").exists():
        _initialise_cluster(binaries, place, instance)
    dirty.touch()
    settings = BASE_SETTINGS | (THROWAWAY_SETTINGS if instance.is_throwaway else {})
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    port = instance.ports["postgres"]
    command = [str(binaries / "postgres"), "-D", str(place / "data"), "-p", str(port), *options]
    child = family.start(
        "PostgreSQL",
        command,
        user=user(),
        log=instance.folder / "postgres.log",
        end_with=signal.SIGINT,  # "fast": open connections do not hold it up
    )
    is_ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    wait_until_ready(lambda: subprocess.run(is_ready, check=False).returncode == 0, child)
    # One that was restored answers before it takes writes.
    wait_until_ready(lambda: ask(instance, "SELECT pg_is_in_recovery()") == "f", child)
    make_database(instance, "jinzhi")
    renew_service_password(instance)
    return child


def renew_service_password(instance: Instance) -> None:
    """Gives the role that serves requests, where it is there, the password that the instance keeps now.

    The cluster may be older than the file with the passwords, and whoever grants the role its
    rights leaves its password alone.
    """
    alter = f"ALTER ROLE {SERVICE_ROLE} PASSWORD '{instance.secrets['service']}'"
    known = f"SELECT FROM pg_roles WHERE rolname = '{SERVICE_ROLE}'"
    ask(instance, f"DO $$ BEGIN IF EXISTS ({known}) THEN {alter}; END IF; END $$")


def mark_clean(instance: Instance) -> None:
    """Notes that the cluster was stopped in order."""
    (home(instance) / "dirty").unlink(missing_ok=True)


def make_database(instance: Instance, name: str) -> None:
    """Makes a database with PostGIS on a cluster that is up, unless it is there."""
    if not ask(
        instance, f"SELECT 1 FROM pg_database WHERE datname = '{_check_database_name(name)}'"
    ):
        ask(instance, f"CREATE DATABASE {name}")
    ask(instance, "CREATE EXTENSION IF NOT EXISTS postgis", database=name)


def drop_database(instance: Instance, name: str) -> None:
    """Removes a database with all that is in it."""
    ask(instance, f"DROP DATABASE IF EXISTS {_check_database_name(name)} WITH (FORCE)")


def digest_applied_migrations(instance: Instance) -> str:
    """A digest of what Django has applied to the database; empty for a new one."""
    if not ask(instance, "SELECT to_regclass('django_migrations')", database="jinzhi"):
        return ""
    digest = "SELECT md5(string_agg(app || '.' || name, ' ' ORDER BY id)) FROM django_migrations"
    return ask(instance, digest, database="jinzhi")


def _check_database_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(f"{name!r} is not a plain database name")
    return name


def ask(instance: Instance, sql: str, *, database: str = "postgres") -> str:
    """What ``psql`` prints for one statement, unaligned and without headings."""
    binaries = find_newest_programs()
    if binaries is None:
        raise UserError("PostgreSQL with PostGIS is missing; run: make bootstrap")
    command = [str(binaries / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
    command += ["-p", str(instance.ports["postgres"]), "-U", "jinzhi", "-d", database, "-c", sql]
    env = os.environ | {"PGPASSWORD": instance.secrets["postgres"]}
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if result.returncode:
        raise UserError(f"PostgreSQL refused {sql!r}: {result.stderr.strip()}")
    return result.stdout.strip()


def user() -> str | None:
    """Who runs the server: PostgreSQL refuses root; None stays who we are."""
    return "postgres" if is_root() else None


def home(instance: Instance) -> Path:
    """The folder of the cluster: in the checkout, unless the server's user cannot reach it there.

    One elsewhere outlives its instance; where that was removed, it is begun anew.
    """
    place, runner = instance.folder / "postgres", user()
    if runner is not None and not _can_reach(instance.folder, runner):
        mark = hashlib.sha256(f"{ROOT}:{instance.name}".encode()).hexdigest()[:12]
        place = Path("/var/lib/postgresql") / f"jinzhi-{mark}"
    owner = hashlib.sha256(instance.secrets["postgres"].encode()).hexdigest()
    kept = place / "instance"
    if kept.exists() and kept.read_text() != owner:
        shutil.rmtree(place)
    if not place.exists():
        place.mkdir(mode=0o700)
        if runner is not None:
            shutil.chown(place, runner, runner)
    if not kept.exists():
        kept.write_text(owner)
    return place


def _can_reach(folder: Path, runner: str) -> bool:
    asked = subprocess.run([*setpriv_prefix(runner), "--", "test", "-x", str(folder)], check=False)
    return asked.returncode == 0


def _programs_of_cluster(place: Path) -> Path:
    """The programs that fit the cluster: its own version, or the newest for a new one."""
    version = place / "data" / "PG_VERSION"
    if version.exists():
        path = Path("/usr/lib/postgresql", version.read_text().strip(), "bin")
        if not path.exists():
            raise UserError(
                f"{place} was made by PostgreSQL {path.parent.name}; install it or remove {place}"
            )
        return path
    newest = find_newest_programs()
    if newest is None:
        raise UserError("PostgreSQL with PostGIS is missing; run: make bootstrap")
    return newest


def _initialise_cluster(binaries: Path, place: Path, instance: Instance) -> None:
    runner = user()
    word = place / "password"
    word.touch(mode=0o600)
    word.write_text(instance.secrets["postgres"])
    if runner is not None:
        shutil.chown(word, runner, runner)
    command = [
        *setpriv_prefix(runner),
        "--",
        str(binaries / "initdb"),
        "-D",
        str(place / "data"),
        "-U",
        "jinzhi",
    ]
    command += ["--auth=scram-sha-256", f"--pwfile={word}", "--encoding=UTF8", "--locale=C.UTF-8"]
    command += ["--no-sync"] if instance.is_throwaway else []
    result = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    word.unlink()
    if result.returncode:
        raise UserError(f"initdb failed: {result.stderr.strip()}")
