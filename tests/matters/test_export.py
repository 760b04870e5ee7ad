"""The list of matters as a table: by the filters and the right of its reader, safe, his alone, for days."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from openpyxl import load_workbook
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.jobs.actions import note_progress
from backend.jobs.models import Job
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters import export_tables
from backend.matters.export_tables import clear_old_exports
from backend.matters.exports import MOST_AT_ONCE, order_export
from backend.matters.models import Matter
from backend.matters.tasks import write_export
from backend.offices.models import Post
from media_config import storage
from tests.matters.errands import open_errand
from tests.matters.offices import Desks, make_matter

NAMED = Matter.Secrecy.NAMED


def order(user: User, form: str = "csv", **asked: str) -> Job:
    return order_export(actor=user, form=form, asked=asked, key=uuid.uuid4())


def write(job: Job) -> Job:
    write_export(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def rows_of(job: Job) -> list[list[str]]:
    with default_storage.open(write(job).result["file"]) as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))


def titles(job: Job) -> list[str]:
    return [row[2] for row in rows_of(job)[1:]]


@pytest.fixture
def listed(desks: Desks) -> None:
    """Two of 历下, one of 市中 and one that nobody is named to read."""
    open_errand(None, desks.lixia, title="电梯困人", flow="errand-part")
    make_matter(desks.lixia, due_on=clock.today() - dt.timedelta(days=1))
    open_errand(None, desks.shizhong, title="气瓶超期", flow="errand-part")
    make_matter(desks.lixia, secrecy=NAMED)
    Matter.objects.filter(state="open").update(state="handling")


def test_the_table_has_what_the_list_shows_to_its_reader_and_no_more(
    desks: Desks, listed: None
) -> None:
    assert titles(order(desks.clerk)) == ["电梯困人投诉", "电梯困人"]
    assert titles(order(desks.leader)) == ["气瓶超期", "电梯困人投诉", "电梯困人"]
    assert titles(order(desks.leader, text="气瓶")) == ["气瓶超期"]
    assert titles(order(desks.leader, open="overdue")) == ["电梯困人投诉"]
    assert titles(order(desks.leader, office="370103")) == ["气瓶超期"]


def test_the_right_is_asked_when_the_table_is_written(desks: Desks, listed: None) -> None:
    job = order(desks.clerk)
    Post.objects.filter(user=desks.clerk).update(ends_on=clock.today() - dt.timedelta(days=1))
    assert titles(job) == []


def test_a_cell_that_a_spreadsheet_would_run_is_guarded_in_both_forms(desks: Desks) -> None:
    for sign in "=+-@":
        open_errand(None, desks.lixia, title=f"{sign}cmd|' /C calc'!A0", flow="errand-part")
    guarded = {f"'{sign}cmd|' /C calc'!A0" for sign in "=+-@"}
    assert set(titles(order(desks.clerk))) == guarded
    job = write(order(desks.clerk, "xlsx"))
    with default_storage.open(job.result["file"]) as file:
        sheet = load_workbook(io.BytesIO(file.read())).active
    cells = [row[2] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == guarded
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_workbook_has_days_as_days(desks: Desks) -> None:
    make_matter(desks.lixia, due_on=clock.today())
    Matter.objects.update(state="handling", title="有控制符\x0b的")
    job = write(order(desks.clerk, "xlsx"))
    with default_storage.open(job.result["file"]) as file:
        sheet = load_workbook(io.BytesIO(file.read())).active
    row = [cell.value for cell in sheet[2]]
    assert row[2] == "有控制符的"
    assert row[9].date() == clock.today()


def test_a_long_list_is_written_in_portions_with_progress(
    desks: Desks, listed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = titles(order(desks.leader))
    noted: list[int] = []
    monkeypatch.setattr(export_tables, "_PORTION", 2)
    note = note_progress
    monkeypatch.setattr(
        export_tables, "note_progress",
        lambda pk, *, done, **more: (noted.append(done), note(pk, done=done, **more)),
    )  # fmt: skip
    job = order(desks.leader)
    assert titles(job) == whole
    assert noted == [0, 2, 3]
    job.refresh_from_db()
    assert (job.done, job.total, job.result["rows"]) == (3, 3, 3)


def test_the_same_key_orders_one_table(desks: Desks) -> None:
    wish: dict[str, Any] = {"actor": desks.clerk, "form": "csv", "key": uuid.uuid4()}
    first = order_export(asked={}, **wish)
    assert order_export(asked={}, **wish).pk == first.pk
    with pytest.raises(Refused) as refusal:
        order_export(asked={"state": "open"}, **wish)
    assert refusal.value.code == "idempotency-conflict"


def test_nobody_has_many_tables_under_way(desks: Desks) -> None:
    jobs = [order(desks.clerk) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(Refused) as refusal:
        order(desks.clerk)
    assert refusal.value.code == "exports-under-way"
    order(desks.handler)
    write(jobs[0])
    order(desks.clerk)


def test_a_table_is_removed_after_its_days_and_what_no_job_names_too(desks: Desks) -> None:
    old, young = write(order(desks.clerk)), write(order(desks.clerk))
    clear_old_exports()
    assert old.result["file"] in [key for key, _size in storage.list_objects("exports/")]
    days = settings.EXPORT_KEPT_DAYS + 1
    with pytest.MonkeyPatch.context() as patch:
        now = clock.now() + dt.timedelta(days=days)
        patch.setattr(clock, "now", lambda: now)
        Job.objects.filter(pk=young.pk).update(finished_at=now)
        assert clear_old_exports() >= 1
    kept = [key for key, _size in storage.list_objects("exports/")]
    assert old.result["file"] not in kept
    assert young.result["file"] in kept
    old.refresh_from_db()
    assert old.result == {}


def rest(user: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


def test_rest_orders_watches_and_fetches_it_and_another_sees_none(
    desks: Desks, listed: None
) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"form": "csv", "open": "open"}
    place = "/api/v1/matters/exports"
    answer = rest(desks.clerk).post(place, body, format="json", headers=key)
    assert answer.status_code == 202, answer.content
    again = rest(desks.clerk).post(place, body, format="json", headers=key)
    assert again.json()["id"] == answer.json()["id"]
    write_export(answer.json()["id"])
    shown = rest(desks.clerk).get(answer["Location"]).json()
    assert shown["state"] == "done"
    assert shown["result_url"]
    assert rest(desks.mate).get(answer["Location"]).status_code == 404
    assert rest(desks.mate).get(f"{place}/{answer.json()['id']}").status_code == 404
    assert [job["id"] for job in rest(desks.clerk).get(place).json()["results"]] == [shown["id"]]
    assert rest(desks.mate).get(place).json()["results"] == []


def test_rest_refuses_what_it_does_not_understand(desks: Desks) -> None:
    for body, key, status in (
        ({"form": "pdf"}, True, 400), ({}, True, 400), ({"form": "csv", "colour": "red"}, True, 400),
        ({"form": "csv"}, False, 400), ({"form": "csv", "text": "x"}, True, 400),
    ):  # fmt: skip
        headers = {"Idempotency-Key": str(uuid.uuid4())} if key else {}
        answer = rest(desks.clerk).post(
            "/api/v1/matters/exports", body, format="json", headers=headers
        )
        assert answer.status_code == status, body
    assert not Job.objects.exists()


def test_the_page_orders_the_list_as_it_is_narrowed(desks: Desks, listed: None) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(desks.leader)
    page = client.get("/desk/matters/?text=气瓶&state=").content.decode()
    assert '<input type="hidden" name="text" value="气瓶">' in page
    body = {"key": str(uuid.uuid4()), "form": "csv", "text": "气瓶"}
    answer = client.post("/desk/exports/", body, follow=True)
    place = answer.redirect_chain[-1][0]
    assert "Fetch the table" not in answer.content.decode()
    job = Job.objects.get()
    assert client.get(f"{place}file/").status_code == 404
    assert titles(job) == ["气瓶超期"]
    assert "Fetch the table" in client.get(place).content.decode()
    assert client.get(f"{place}file/")["Location"].startswith("http")
    assert place in client.get("/desk/exports/").content.decode()
    refused = client.post("/desk/exports/", body | {"form": "pdf"}, follow=True)
    assert "Choose CSV or XLSX." in refused.content.decode()
    client.force_login(desks.clerk)
    for path in (place, f"{place}file/"):
        assert client.get(path).status_code == 404
    assert place not in client.get("/desk/exports/").content.decode()
