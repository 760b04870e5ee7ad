"""A key and a certificate by which the documents of an instance are signed: for show, trusted by nobody."""

from __future__ import annotations

import subprocess
from pathlib import Path

NAMES = {"SIGNING_KEY": "signing.key", "SIGNING_CERTIFICATE": "signing.crt"}


def key_settings(folder: Path) -> dict[str, str]:
    """The settings that name the key of the instance in ``folder``, made or not."""
    return {setting: str(folder / name) for setting, name in NAMES.items()}


def make_signing_key(folder: Path) -> None:
    """Make the key and its certificate by ``openssl`` where there are none yet; only the owner reads the key."""
    key, certificate = folder / NAMES["SIGNING_KEY"], folder / NAMES["SIGNING_CERTIFICATE"]
    if key.exists() and certificate.exists():
        return
    key.touch(mode=0o600)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"]
    command += ["-subj", "/CN=Demonstration seal", "-keyout", str(key), "-out", str(certificate)]
    command += ["-addext", "keyUsage=critical,digitalSignature,nonRepudiation"]
    subprocess.run(command, capture_output=True, check=True)
