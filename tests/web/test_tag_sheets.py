"""Tags in pages: minted, printed on sheets, put on a unit, replaced, made void."""

from __future__ import annotations

import uuid
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from backend.jobs.actions import fail_job, start_job
from backend.jobs.models import Job
from media_config import storage
from tagging.actions import bind_tag, mint_batch
from tagging.models import Batch, Binding, Tag
from tagging.tasks import print_labels
from tests.world import World, hold

TAGS = "/desk/tags/"
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def rui(client: Client, world: World) -> Client:
    client.force_login(world.rui)
    return client


def send(client: Client, path: str, **form: Any) -> Any:
    return client.post(path, {"key": str(uuid.uuid4())} | form, follow=True, **EN)


def test_a_batch_is_minted_and_its_sheets_are_printed_and_fetched(rui: Client) -> None:
    page = send(rui, TAGS, count=3, authority="历下区市场监督管理局")
    batch = Batch.objects.get()
    assert page.redirect_chain[-1][0] == f"{TAGS}batches/{batch.pk}/"
    page = send(rui, f"{TAGS}batches/{batch.pk}/", grid="3x8", skip=2, dx=0, dy="0.5")
    job = Job.objects.get(kind="labels")
    watched = f"{TAGS}jobs/{job.pk}/"
    assert page.redirect_chain[-1][0] == watched
    assert "data-watched" in page.content.decode()
    assert rui.get(f"{watched}sheets/").status_code == 404
    print_labels(str(job.pk))
    page = rui.get(watched, **EN)
    assert "data-watched" not in page.content.decode()
    assert f"{watched}sheets/" in page.content.decode()
    assert "X-Amz-Signature" in rui.get(f"{watched}sheets/")["Location"]
    job.refresh_from_db()
    with storage.open_object(job.result["file"]) as stream:
        document = pypdfium2.PdfDocument(stream.read())
    assert len(document) == 1
    document.close()


def test_a_second_click_mints_and_prints_nothing_twice(rui: Client) -> None:
    key = str(uuid.uuid4())
    for _click in range(2):
        send(rui, TAGS, count=3, key=key)
    batch = Batch.objects.get()
    for _click in range(2):
        send(rui, f"{TAGS}batches/{batch.pk}/", grid="3x8", skip=0, dx=0, dy=0, key=key)
    assert Job.objects.filter(kind="labels").count() == 1


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"skip": "24"}, "Skip fewer positions"),
        ({"dx": "99"}, "20"),
        ({"footer": "\U0001f600"}, "lacks characters"),
        ({"grid": "9x9"}, "Select a valid choice"),
    ],
)
def test_a_wrong_layout_is_told_at_its_field(rui: Client, form: dict[str, Any], told: str) -> None:
    send(rui, TAGS, count=3)
    path = f"{TAGS}batches/{Batch.objects.get().pk}/"
    page = send(rui, path, **{"grid": "3x8", "skip": 0, "dx": 0, "dy": 0} | form)
    assert told in page.content.decode()
    [field] = form
    assert page.context["form"].errors[field]
    assert not Job.objects.exists()


def test_a_job_that_failed_or_lost_its_worker_says_so(rui: Client, world: World) -> None:
    send(rui, TAGS, count=3)
    send(rui, f"{TAGS}batches/{Batch.objects.get().pk}/", grid="3x8", skip=0, dx=0, dy=0)
    job = Job.objects.get(kind="labels")
    for _start in range(2):
        start_job(job=job)
    path = f"{TAGS}jobs/{job.pk}/"
    assert "this is start 2" in rui.get(path, **EN).content.decode()
    fail_job(job=job, error="Order it anew.")
    assert "Order it anew." in rui.get(path, **EN).content.decode()
    rui.force_login(world.ou)
    assert rui.get(path).status_code == 404


def test_a_tag_is_put_on_a_unit_replaced_and_made_void(rui: Client, world: World) -> None:
    first, second = mint_batch(actor=world.rui, count=2).tags.all()
    path = f"/desk/units/{world.lift.pk}/tag/"
    assert path in rui.get(f"/units/{world.lift.pk}/").content.decode()
    assert "not a tag code" in send(rui, path, code="7").content.decode()
    for _click in range(2):
        page = send(rui, path, code=first.code.lower())
        assert page.redirect_chain[-1][0] == f"/units/{world.lift.pk}/"
    assert "This field is required" in send(rui, path, code=second.code).content.decode()
    send(rui, path, code=second.code, reason="磨损")
    assert Binding.objects.get(unit=world.lift, unbound_at=None).tag == second
    first.refresh_from_db()
    assert first.retired_reason == "磨损"
    found = rui.get(TAGS, {"code": second.code})
    assert found["Location"] == f"{TAGS}{second.code}/"
    assert "not a tag code" in rui.get(TAGS, {"code": "x"}, follow=True, **EN).content.decode()
    page = rui.post(f"{TAGS}{second.code}/", {"reason": "丢失"}, follow=True, **EN)
    assert "void from now on" in page.content.decode()
    assert Tag.objects.get(pk=second.pk).is_void
    page = rui.post(f"{TAGS}{second.code}/", {"reason": "丢失"}, follow=True, **EN)
    assert "cannot be used again" in page.content.decode()


def test_tags_of_others_are_not_found_and_inspectors_keep_none(
    client: Client, world: World
) -> None:
    hold(world.chen, "registrar", world.shizhong)
    batch = mint_batch(actor=world.chen, count=1)
    tag = batch.tags.get()
    bind_tag(actor=world.chen, code=tag.code, unit=world.forklift_elsewhere)
    client.force_login(world.rui)
    for path in (f"batches/{batch.pk}/", f"{tag.code}/", "%00/"):
        assert client.get(f"{TAGS}{path}").status_code == 404
    assert client.get(f"/desk/units/{world.forklift_elsewhere.pk}/tag/").status_code == 404
    for who in (world.lin, world.qian, world.zhao):
        client.force_login(who)
        assert client.get(TAGS).status_code == 403
        assert client.get(f"/desk/units/{world.lift.pk}/tag/").status_code == 403


def test_a_list_of_batches_asks_the_same_few_questions(
    rui: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for _batch in range(60):
        mint_batch(actor=world.rui, count=1)
    with django_assert_max_num_queries(8):
        page = rui.get(TAGS, **EN)
    assert len(page.context["page"].rows) == 50
    following = page.context["page"].following
    assert len(rui.get(f"{TAGS}?{following}").context["page"].rows) == 10
