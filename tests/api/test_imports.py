"""Imports through the REST door: a table in, figures and the bad rows out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.exchange.tasks import run_import
from backend.jobs.actions import create_job, finish_job
from backend.jobs.models import Job
from backend.units.models import Unit
from media_config.buckets import ensure_bucket
from tests.api.conftest import SignedIn
from tests.world import World

URL = "/api/v1/imports"
HEADER = "设备代码,品种代码,区划代码,使用地点,经度,纬度,坐标系"
GOOD = "31101037020150001,3110,370102,泉城路1号,,,"
BAD = "XX,3110,370102,泉城路2号,,,"


@pytest.fixture(autouse=True)
def bucket() -> None:
    ensure_bucket()


def send(client: APIClient, *rows: str, name: str = "units.csv", **more: Any) -> Any:
    key = more.pop("key", str(uuid.uuid4()))
    content = "\n".join((HEADER, *rows)).encode("utf-8-sig")
    form = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(URL, form, format="multipart", headers={"Idempotency-Key": key})


def test_a_table_is_accepted_and_its_job_watched_until_the_bad_rows_are_fetched(
    world: World, as_user: SignedIn
) -> None:
    client = as_user(world.rui)
    answer = send(client, GOOD, BAD)
    assert answer.status_code == 202, answer.content
    job = answer.json()["id"]
    assert answer["Location"].endswith(f"/api/v1/jobs/{job}")
    waiting = client.get(f"{URL}/{job}").json()
    assert (waiting["state"], waiting["counts"], waiting["has_bad_rows"]) == ("queued", {}, False)
    run_import(job)
    done = client.get(f"{URL}/{job}").json()
    assert (done["state"], done["name"], done["mapping"]) == ("done", "units.csv", "native")
    assert (done["counts"]["read"], done["counts"]["created"], done["counts"]["bad"]) == (2, 1, 1)
    assert done["has_bad_rows"]
    assert Unit.objects.filter(device_code="31101037020150001").exists()
    moved = client.get(f"{URL}/{job}/bad-rows")
    assert moved.status_code == 302
    told = requests.get(moved["Location"], timeout=10).content.decode("utf-8-sig")
    assert "泉城路2号" in told
    assert "泉城路1号" not in told


def test_the_same_key_and_file_are_one_job_and_another_file_is_refused(
    world: World, as_user: SignedIn
) -> None:
    client, key = as_user(world.rui), str(uuid.uuid4())
    first = send(client, GOOD, key=key)
    assert send(client, GOOD, key=key).json()["id"] == first.json()["id"]
    other = send(client, GOOD, BAD, key=key)
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-conflict"
    assert Job.objects.filter(kind="import").count() == 1


def test_what_is_no_table_is_refused_with_a_remedy(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    empty = {"file": SimpleUploadedFile("units.csv", b"")}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    cases = [
        (send(client, GOOD, name="units.pdf"), 422, "/file"),
        (send(client, GOOD, mapping="nobody"), 422, "/mapping"),
        (send(client, GOOD, mapping="../native"), 422, "/mapping"),
        (client.post(URL, empty, format="multipart", headers=headers), 422, "/file"),
        (client.post(URL, {}, format="multipart", headers=headers), 400, "/file"),
        (client.post(URL, {"file": "x"}, format="multipart", headers=headers), 400, "/file"),
    ]
    for answer, code, pointer in cases:
        assert answer.status_code == code, answer.content
        assert answer.json()["errors"][0]["pointer"] == pointer
        assert answer.json()["detail"]
    assert not Job.objects.exists()


def test_a_body_that_is_no_form_is_a_problem(world: World, as_user: SignedIn) -> None:
    client, headers = as_user(world.rui), {"Idempotency-Key": str(uuid.uuid4())}
    broken = "multipart/form-data; boundary=x"
    fields = "".join(
        f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(1500)
    )
    for body, kind, code in (
        (b"{}", "application/json", 415),
        (b"nothing", "multipart/form-data", 400),
        (b"--y--", broken, 400),
        (fields.encode() + b"--x--\r\n", broken, 400),
    ):
        answer = client.generic("POST", URL, body, content_type=kind, headers=headers)
        assert answer.status_code == code, (body[:20], answer.content)
        assert answer["Content-Type"] == "application/problem+json"


def test_a_file_that_announces_too_many_bytes_is_refused_unread(
    world: World, as_user: SignedIn, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 0
    answer = send(as_user(world.rui), GOOD * 2000)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


def test_importing_needs_a_key_and_the_right(world: World, as_user: SignedIn) -> None:
    assert send(as_user(world.rui), GOOD, key="x").status_code == 400
    assert send(APIClient(), GOOD).status_code == 401
    for user in (world.lin, world.zhao, world.qian):
        assert send(as_user(user), GOOD).status_code == 403
    assert not Job.objects.exists()


def test_an_import_is_its_owners_only(world: World, as_user: SignedIn) -> None:
    job = send(as_user(world.rui), GOOD).json()["id"]
    stranger = as_user(world.zhao)
    for path in (f"{URL}/{job}", f"{URL}/{job}/bad-rows"):
        assert stranger.get(path).status_code == 404
        assert APIClient().get(path).status_code == 401
    assert stranger.get(URL).json()["results"] == []


def test_without_bad_rows_there_is_no_file(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    job = send(client, GOOD).json()["id"]
    assert client.get(f"{URL}/{job}/bad-rows").status_code == 404
    run_import(job)
    assert client.get(f"{URL}/{job}/bad-rows").status_code == 404


def test_other_jobs_are_no_imports(world: World, as_user: SignedIn) -> None:
    job, _made = create_job(actor=world.rui, kind="labels", parameters={})
    assert as_user(world.rui).get(f"{URL}/{job.pk}").status_code == 404


def test_the_list_is_filtered_and_paged_at_the_same_cost(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for number in range(5):
        job, _made = create_job(actor=world.rui, kind="import", parameters={"name": f"{number}"})
        if number < 2:
            finish_job(job=job, result={"read": number})
    page = client.get(URL, {"limit": 3}).json()
    rest = client.get(page["next"]).json()
    names = [row["name"] for row in page["results"] + rest["results"]]
    assert (names, rest["next"]) == (["4", "3", "2", "1", "0"], None)
    assert len(client.get(URL, {"state": "done"}).json()["results"]) == 2
    assert client.get(URL, {"state": "gone"}).status_code == 400
    assert client.get(URL, {"owner": "1"}).status_code == 400
    assert queries(client, limit=1) == queries(client, limit=5)


def queries(client: APIClient, limit: int) -> int:
    with CaptureQueriesContext(connection) as caught:
        client.get(URL, {"limit": limit})
    return len(caught)


def test_the_template_names_the_columns(world: World, as_user: SignedIn) -> None:
    answer = as_user(world.rui).get(f"{URL}/template.csv")
    assert "设备代码" in answer.content.decode("utf-8-sig")
    assert APIClient().get(f"{URL}/template.csv").status_code == 401


def test_what_the_register_keeps_otherwise_is_told_with_the_import(
    world: World, as_user: SignedIn
) -> None:
    client = as_user(world.rui)
    header = f"{HEADER},使用单位统一社会信用代码,使用单位名称"
    row = f"{GOOD},{world.mall.uscc},另一家商场"
    form = {"file": SimpleUploadedFile("u.csv", f"{header}\n{row}".encode())}
    answer = client.post(
        URL, form, format="multipart", headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    job = answer.json()["id"]
    nothing = {"count": 0, "codes": {}, "rows": []}
    assert client.get(f"{URL}/{job}").json()["notes"] == nothing
    run_import(job)
    told = client.get(f"{URL}/{job}").json()["notes"]
    assert (told["count"], told["codes"]) == (1, {"name-differs": 1})
    assert told["rows"][0]["stands"] == world.mall.name
