"""Jobs through the REST door: everybody's own."""

from __future__ import annotations

from backend.jobs.actions import create_job, finish_job
from tests.api.conftest import SignedIn, as_user
from tests.world import World

__all__ = ["as_user"]


def test_a_job_is_its_owners_only(world: World, as_user: SignedIn) -> None:
    job, _made = create_job(actor=world.rui, kind="labels", parameters={}, total=4)
    url = f"/api/v1/jobs/{job.pk}"
    shown = as_user(world.rui).get(url).json()
    assert (shown["state"], shown["progress"], shown["result_url"]) == ("queued", 0.0, None)
    assert as_user(world.ou).get(url).status_code == 404
    assert as_user(world.ou).get("/api/v1/jobs").json()["results"] == []


def test_a_finished_job_links_its_file(world: World, as_user: SignedIn) -> None:
    job, _made = create_job(actor=world.rui, kind="labels", parameters={})
    finish_job(job=job, result={"file": "labels/x.pdf"})
    link = as_user(world.rui).get(f"/api/v1/jobs/{job.pk}").json()["result_url"]
    assert "labels/x.pdf" in link
    assert "X-Amz-Signature" in link
