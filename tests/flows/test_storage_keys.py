"""The storage of the containers: the service's key reads and writes its bucket and no more."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import sample
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dev.instance import PORT_RANGE, port_is_free
from tests.workers import until

SERVE = Path(__file__).parents[2] / "docker" / "storage" / "serve"
KEYS = {
    "S3_BUCKET": "evidence",
    "S3_ACCESS_KEY": "service",
    "S3_SECRET_KEY": "service-secret",
    "S3_ADMIN_ACCESS_KEY": "administrator",
    "S3_ADMIN_SECRET_KEY": "administrator-secret",
}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    data = tmp_path_factory.mktemp("storage")
    port, *others = sample([port for port in PORT_RANGE if port_is_free(port)], 9)
    names = ("master.port", "volume.port", "filer.port", "s3")
    inner = [f"-{n}={p}" for n, p in zip(names[:3], others[:3], strict=True)]
    inner += [
        f"-{n}.port.grpc={p}"
        for n, p in zip(("master", "volume", "filer", "s3"), others[3:7], strict=True)
    ]
    env = os.environ | KEYS | {"DATA": str(data), "PORT": str(port), "BIND": "127.0.0.1"}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    log = (data / "log").open("wb")
    server = subprocess.Popen([str(SERVE), *inner], env=env, stdout=log, stderr=log)

    def client(who: str) -> Any:
        return boto3.session.Session(
            aws_access_key_id=KEYS[f"S3_{who}ACCESS_KEY"],
            aws_secret_access_key=KEYS[f"S3_{who}SECRET_KEY"],
            region_name="us-east-1",
        ).client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def is_up() -> bool:
        try:
            for bucket in ("evidence", "others"):
                with contextlib.suppress(ClientError):  # it stands since the try before
                    client("ADMIN_").create_bucket(Bucket=bucket)
                client("ADMIN_").put_object(Bucket=bucket, Key="first", Body=b"x")
        except (BotoCoreError, ClientError):
            return False
        return True

    try:
        until(is_up, 60)
        yield client
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def test_the_service_reads_writes_lists_and_removes_in_its_bucket(clients):
    service = clients("")
    service.head_bucket(Bucket="evidence")
    service.put_object(Bucket="evidence", Key="originals/a", Body=b"photo")
    assert service.get_object(Bucket="evidence", Key="originals/a")["Body"].read() == b"photo"
    keys = [one["Key"] for one in service.list_objects_v2(Bucket="evidence")["Contents"]]
    assert "originals/a" in keys
    service.delete_object(Bucket="evidence", Key="originals/a")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s: s.create_bucket(Bucket="another"),
        lambda s: s.delete_bucket(Bucket="evidence"),
        lambda s: s.put_object(Bucket="others", Key="a", Body=b"x"),
        lambda s: s.get_object(Bucket="others", Key="first"),
        lambda s: s.list_objects_v2(Bucket="others"),
        lambda s: s.put_bucket_policy(Bucket="evidence", Policy="{}"),
    ],
    ids=["make", "remove", "write", "read", "list", "policy"],
)
def test_the_service_can_do_nothing_else(clients, attempt):
    with pytest.raises(ClientError) as refused:
        attempt(clients(""))
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
