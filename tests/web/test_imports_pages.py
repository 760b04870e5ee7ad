"""Imports in pages: a table sent, its progress, its bad rows read, fetched and sent again mended."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.exchange.tasks import run_import
from backend.jobs.actions import fail_job, start_job
from backend.jobs.models import Job
from backend.units.models import Unit
from tests.exchange.tables import HEADER, numbered, table
from tests.world import World, hold

IMPORTS = "/desk/imports/"
EN = {"headers": {"accept-language": "en"}}
BAD = ["XX", "3110", "370102", "=泉城路", "", "", ""]


@pytest.fixture
def rui(client: Client, world: World) -> Client:
    client.force_login(world.rui)
    return client


def send(client: Client, *rows: list[str], name: str = "lifts.csv", **form: Any) -> Any:
    sent = {"key": str(uuid.uuid4()), "mapping": "native"} | form
    sent["file"] = SimpleUploadedFile(name, table(*rows) if rows else b"")
    return client.post(IMPORTS, sent, follow=True, **EN)


def test_good_rows_are_taken_and_bad_ones_told_with_what_stands_there(rui: Client) -> None:
    page = send(rui, *numbered(3), BAD)
    job = Job.objects.get()
    path = f"{IMPORTS}{job.pk}/"
    assert page.redirect_chain[-1][0] == path
    assert "data-watched" in page.content.decode()
    run_import(str(job.pk))
    page = rui.get(path, **EN)
    assert "data-watched" not in page.content.decode()
    assert page.context["figures"]["created"] == 3
    [row] = page.context["bad"].rows
    assert (row.line, row.column, row.value) == (5, "设备代码", "XX")
    assert row.reason in page.content.decode()
    assert "X-Amz-Signature" in rui.get(f"{path}bad-rows/")["Location"]
    assert Unit.objects.filter(device_code__startswith="31101037020").count() == 3


def test_bad_rows_are_paged_by_their_lines(rui: Client) -> None:
    send(rui, *[BAD] * 60)
    job = Job.objects.get()
    run_import(str(job.pk))
    path = f"{IMPORTS}{job.pk}/"
    first = rui.get(path, **EN).context["bad"]
    assert [row.line for row in first.rows] == list(range(2, 52))
    assert first.following == 51
    rest = rui.get(path, {"after": first.following}, **EN).context["bad"]
    assert [row.line for row in rest.rows] == list(range(52, 62))
    assert rest.following == 0
    assert len(rui.get(path, {"after": "x"}).context["bad"].rows) == 50


def test_a_second_click_imports_nothing_twice(rui: Client) -> None:
    key = str(uuid.uuid4())
    for _click in range(2):
        send(rui, *numbered(3), key=key)
    assert Job.objects.count() == 1
    assert "sent before with other content" in send(rui, *numbered(2), key=key).content.decode()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "lifts.pdf"}, ".csv or .xlsx"),
        ({"mapping": "no-such"}, "Select a valid choice"),
    ],
)
def test_what_is_no_table_is_told_at_its_field(rui: Client, form: Any, told: str) -> None:
    assert told in send(rui, *numbered(1), **form).content.decode()
    assert "The file is empty." in send(rui).content.decode()
    assert not Job.objects.exists()


def test_an_import_that_failed_or_lost_its_worker_says_so(rui: Client) -> None:
    send(rui, *numbered(3))
    job = Job.objects.get()
    for _start in range(2):
        start_job(job=job)
    assert "this is start 2" in rui.get(f"{IMPORTS}{job.pk}/", **EN).content.decode()
    fail_job(job=job, error="Split the file.")
    assert "Split the file." in rui.get(f"{IMPORTS}{job.pk}/", **EN).content.decode()
    assert rui.get(f"{IMPORTS}{job.pk}/bad-rows/").status_code == 404


def test_imports_are_their_orderers_alone(client: Client, world: World) -> None:
    client.force_login(world.rui)
    send(client, *numbered(1))
    path = f"{IMPORTS}{Job.objects.get().pk}/"
    template = client.get(f"{IMPORTS}template/")
    assert HEADER[0] in template.content.decode("utf-8-sig")
    for who, code in ((world.lin, 403), (world.qian, 403), (world.ou, 403)):
        client.force_login(who)
        assert client.get(path).status_code == code
    hold(world.chen, "registrar", world.shizhong)
    client.force_login(world.chen)
    assert client.get(path).status_code == 404
    assert client.get(IMPORTS).context["page"].rows == []
