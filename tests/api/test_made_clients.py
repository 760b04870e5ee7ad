"""Clients that stock generators make of docs/openapi.yaml are built, and talk with the service."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import importlib
import json
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from backend.accounts.models import DeviceToken, User
from backend.config.settings import ROOT
from backend.units.models import Repair
from tests.units.filing import day, file, put_in_use
from tests.world import World

DOCUMENT = ROOT / "docs" / "openapi.yaml"
HERE = Path(__file__).parent


@pytest.fixture
def lived(committed_world: World) -> World:
    """The world, whose lift was registered and repaired."""
    put_in_use(committed_world, committed_world.lift, "2024-01-10")
    work = Repair(happened_on=day("2024-03-02"), work="repair", contractor="泉城电梯维保有限公司")
    file(committed_world, committed_world.lift, work)
    return committed_world


@pytest.fixture
def made_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The modules of a client by openapi-python-client, every operation of the document in it."""
    place = ["--output-path", str(tmp_path / "made_client"), "--meta", "none"]
    config = ["--config", str(HERE / "openapi_python_client.yaml"), "--fail-on-warning"]
    generator = [sys.executable, "-m", "openapi_python_client"]
    _run(*generator, "generate", "--path", str(DOCUMENT), *place, *config, folder=tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"made_client.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_client"]:
        del sys.modules[name]


@pytest.mark.django_db(transaction=True)
def test_a_python_client_tells_the_stages_apart_and_files_a_record(
    lived: World, live_server: LiveServer, made_client: Any
) -> None:
    signed_in = _client(made_client, live_server, lived.rui)
    unit = str(lived.lift.pk)
    page = made_client("api.units.units_list").sync(client=signed_in, limit=1)
    assert (len(page.results), page.results[0].region) == (1, "370102")
    records = made_client("api.units.units_records_list").sync(unit, client=signed_in).results
    assert [type(record).__name__ for record in records] == [
        "RepairRecord", "RegistrationRecord", "InspectionRecord",
    ]  # fmt: skip
    assert records[0].details.contractor == "泉城电梯维保有限公司"
    models = made_client("models")
    details = models.RepairDetailsRequest(work=models.WorkEnum("maintenance"), contractor="维保")
    filing = models.RepairFilingRequest(
        stage="repair", happened_on=dt.date(2024, 4, 1), details=details
    )
    filed = made_client("api.units.units_records_create").sync(
        unit, client=signed_in, body=filing, idempotency_key=str(uuid.uuid4())
    )
    assert (type(filed).__name__, filed.details.work) == ("RepairRecord", "maintenance")


@pytest.mark.django_db(transaction=True)
def test_a_python_client_sends_what_a_phone_does(
    lived: World, live_server: LiveServer, made_client: Any
) -> None:
    signed_in = _client(made_client, live_server, lived.lin)
    models = made_client("models")
    item = models.OutboxItemShapeRequest.from_dict(
        {"id": str(uuid.uuid4()), "type": "scan", "made_at": "2026-01-02T09:00:00+08:00",
         "body": {"raw": "https://example.com/"}}
    )  # fmt: skip
    sent = made_client("api.mobile.mobile_outbox").sync(
        client=signed_in, body=models.OutboxShapeRequest(items=[item])
    )
    assert [receipt.state for receipt in sent.receipts] == ["accepted"]
    pack = made_client("api.mobile.mobile_pack").sync(client=signed_in)
    assert {unit.id for unit in pack.units} == {lived.lift.pk, lived.boiler.pk}


@pytest.mark.django_db(transaction=True)
def test_a_typescript_client_is_compiled_and_tells_the_stages_apart(
    lived: World, live_server: LiveServer
) -> None:
    folder = _installed()
    tools = folder / "node_modules" / ".bin"
    _run(str(tools / "openapi-typescript"), str(DOCUMENT), "-o", "schema.d.ts", folder=folder)
    _run(str(tools / "tsc"), "-p", ".", folder=folder)
    call = [live_server.url, _token(lived.lin), str(lived.lift.pk)]
    told = json.loads(_run("node", "call.js", *call, folder=folder))
    assert told == {
        "units": 1,
        "next": True,
        "records": ["repair repair", "registration 梯11鲁A00001(24)", "inspection"],
        "receipts": ["accepted"],
    }


def _client(made_client: Any, server: LiveServer, user: User) -> Any:
    client = made_client("client").AuthenticatedClient
    return client(base_url=server.url, token=_token(user), prefix="Token")


def _token(user: User) -> str:
    _row, token = DeviceToken.objects.create(user=user, device_id="integrator")
    return str(token)


def _installed() -> Path:
    """The folder with the generator and the compiler, installed from its lock file once."""
    source = HERE / "typescript_client"
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = ROOT / ".local" / "typescript_client" / lock
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as alone:  # tests run in two processes
        fcntl.flock(alone, fcntl.LOCK_EX)
        shutil.copytree(source, folder, dirs_exist_ok=True)
        if not (folder / "node_modules" / ".bin" / "tsc").exists():
            _run("npm", "ci", "--prefer-offline", folder=folder)
    return folder


def _run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
