"""An instance: one set of services with its ports, secrets and data under ``.local/<name>``."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import random
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dev.console import UserError
from dev.paths import LOCAL
from dev.signing_key import key_settings

NAMES = ("run", "test", "bench", "dev", "drill")
PORTS = (
    "postgres",
    "redis",
    "s3",
    "s3_grpc",
    "master",
    "master_grpc",
    "volume",
    "volume_grpc",
    "filer",
    "filer_grpc",
)
SECRETS = ("postgres", "service", "redis", "s3_access", "s3_secret", "django", "reporter")
SERVICE_ROLE = "jinzhi_service"
# Below the range that the kernel hands to outgoing connections, so that none of them takes our port.
PORT_RANGE = range(20_000, 32_000)


@dataclass(frozen=True)
class Instance:
    """Ports and secrets of one set of services, kept between starts."""

    name: str
    folder: Path
    ports: dict[str, int]
    secrets: dict[str, str]

    @property
    def is_throwaway(self) -> bool:
        """Whether the data may be lost: tests trade durability for speed."""
        return self.name == "test"

    def environment(self) -> dict[str, str]:
        """The settings of the service (see ``.env.example``) that point at this instance."""
        keys, ports = self.secrets, self.ports
        return {
            "SECRET_KEY": keys["django"],
            "REPORTER_KEYS": _fernet_key(keys["reporter"]),
            "REPORTER_DIGEST_KEY": keys["reporter"],
            "DEBUG": "1",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DATABASE_URL": self.database_url(SERVICE_ROLE, keys["service"]),
            "REDIS_URL": f"redis://:{keys['redis']}@127.0.0.1:{ports['redis']}/0",
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
            "S3_ACCESS_KEY": keys["s3_access"],
            "S3_SECRET_KEY": keys["s3_secret"],
            "S3_BUCKET": "evidence",
            "S3_REGION": "us-east-1",
            "SPOOL_DIR": str(self.folder / "spool"),
            "PUBLIC_BASE_URL": "http://localhost:8000",
        } | key_settings(self.folder)

    def owner_environment(self) -> dict[str, str]:
        """The settings of who migrates, loads reference data and grants the service its rights."""
        owner = self.database_url("jinzhi", self.secrets["postgres"])
        return self.environment() | {"DATABASE_OWNER_URL": owner}

    def database_url(self, role: str, password: str) -> str:
        """The address of the instance's database for a role."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.ports['postgres']}/jinzhi"


def _fernet_key(word: str) -> str:
    """A key in the form that Fernet takes, 32 bytes, made of a secret word."""
    return base64.urlsafe_b64encode(hashlib.sha256(word.encode()).digest()).decode()


def open_instance(name: str, *, trust_ports: bool = True) -> Instance:
    """The instance called ``name``, made at its first use.

    With ``trust_ports`` the services are up on the kept ports; without it they are about to
    start, and a port that another program has taken since is replaced.
    """
    folder = make_folder(name)
    kept = folder / "instance.json"
    state = json.loads(kept.read_text()) if kept.exists() else {"ports": {}, "secrets": {}}
    ports = {key: _choose_port(state["ports"].get(key), trusted=trust_ports) for key in PORTS}
    words = {key: state["secrets"].get(key) or secrets.token_hex(24) for key in SECRETS}
    instance = Instance(name=name, folder=folder, ports=ports, secrets=words)
    write_private(kept, json.dumps({"ports": ports, "secrets": words}, indent=1))
    lines = [f"{key}={value}\n" for key, value in instance.owner_environment().items()]
    write_private(folder / "env", "".join(lines))
    return instance


def make_folder(name: str) -> Path:
    """The folder of an instance; refuses one that another user owns."""
    if name not in NAMES:
        raise UserError(f"unknown instance {name!r}; known: {', '.join(NAMES)}")
    folder = LOCAL / name
    try:
        (folder / "spool").mkdir(parents=True, exist_ok=True)
    except PermissionError as error:
        raise UserError(f"{LOCAL} belongs to another user; use that user, or remove it") from error
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder} belongs to another user; use that user, or remove it")
    return folder


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step; only its owner can read it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def take_lock(name: str) -> IO[str] | None:
    """Takes the lock of an instance; None when another process has it."""
    handle = (make_folder(name) / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def is_locked(name: str) -> bool:
    """Whether some process, this one included, serves the instance."""
    handle = take_lock(name)
    if handle is not None:
        handle.close()
    return handle is None


def port_is_free(port: int) -> bool:
    """Whether nobody listens on the loopback address at this port. Raises PermissionError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


_taken_ports: set[int] = set()


def _choose_port(wanted: int | None, *, trusted: bool) -> int:
    if wanted is not None and (port_is_free(wanted) or trusted):
        _taken_ports.add(wanted)
        return wanted
    while (port := random.choice(PORT_RANGE)) in _taken_ports or not port_is_free(port):
        continue
    _taken_ports.add(port)
    return port
