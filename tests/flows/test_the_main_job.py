"""The main job from end to end, over HTTP, with a worker, an S3 server and a browser."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import APIRequestContext, Browser, Page, Playwright

from backend.inspections.checklist_files import load_checklists
from backend.lib import clock
from tests.inspections.drafting import put_in_use
from tests.workers import celery_worker, until
from tests.world import PASSWORD, build

IMAGES = Path(__file__).parent.parent / "evidence" / "images"
PHOTOS = ("exif_gps.jpg", "example.heic", "hopper_orientation_6.jpg")
DPI = 300

Door = Callable[[str], APIRequestContext]


@pytest.fixture
def door(live_server, playwright_driver: Playwright) -> Iterator[Door]:
    """Gives a signed-in caller of the service by user name, as a phone would be."""
    opened: list[APIRequestContext] = []

    def sign_in(username: str) -> APIRequestContext:
        stranger = playwright_driver.request.new_context(base_url=live_server.url)
        body = {"username": username, "password": PASSWORD, "device_id": f"phone-{username}"}
        token = said(stranger.post("/mobile/v1/sign-in", data=body))["token"]
        caller = playwright_driver.request.new_context(
            base_url=live_server.url, extra_http_headers={"Authorization": f"Token {token}"}
        )
        opened.extend((stranger, caller))
        return caller

    yield sign_in
    for context in opened:
        context.dispose()


def said(answer: Any, status: int = 200) -> Any:
    """The body of an answer that has ``status``."""
    assert answer.status == status, answer.text()
    return answer.json()


def fetched(url: str) -> bytes:
    """What lies behind a presigned address."""
    with urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


def printed_sheet(officer: APIRequestContext, batch: int) -> bytes:
    """The PDF of a batch's labels, drawn by the worker."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    order = officer.post("/api/v1/label-jobs", data={"batch": batch}, headers=key)
    place = urlsplit(order.headers["location"]).path
    assert order.status == 202, order.text()
    until(lambda: said(officer.get(place))["state"] in ("done", "failed"))
    job = said(officer.get(place))
    assert (job["state"], job["done"]) == ("done", 24), job
    return fetched(job["result_url"])


def decoded(pdf: bytes) -> list[str]:
    """What a scanner reads from the first sheet, rendered as a printer would."""
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[0].render(scale=DPI / 72).to_pil()
    document.close()
    return [symbol.text for symbol in zxingcpp.read_barcodes(sheet)]


def sent_photos(inspector: APIRequestContext) -> list[str]:
    """The hashes of the real photos, each taken in by the service."""
    hashes = []
    for name in PHOTOS:
        content = (IMAGES / name).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        said(inspector.put(f"/mobile/v1/photos/{sha256}", data=content), 201)
        hashes.append(sha256)
    return hashes


def opened(browser: Browser, url: str) -> Page:
    """A page as a phone shows it."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.django_db(transaction=True)
def test_a_printed_tag_leads_to_a_report_on_the_timeline(live_server, browser, door, settings):
    world = build()
    load_checklists()
    lift = world.lift
    put_in_use(world, lift, clock.today() - dt.timedelta(days=400))
    officer, inspector = door("ou"), door("lin")
    with celery_worker(queue="celery,pictures"):
        # A sheet is printed, and one of its labels put on the lift.
        key = {"Idempotency-Key": str(uuid.uuid4())}
        batch = said(officer.post("/api/v1/tags/batches", data={"count": 24}, headers=key), 201)
        symbols = decoded(printed_sheet(officer, batch["id"]))
        assert len(set(symbols)) == 24
        raw = symbols[7]
        code = raw.rpartition("/")[2]
        said(officer.post(f"/api/v1/tags/{code}/binding", data={"unit": lift.pk}))

        # Anybody may open what the symbol says.
        page = opened(browser, live_server.url + urlsplit(raw).path)
        assert "济南泉城商场有限公司" in page.inner_text("main")

        # The inspector scans, sends photos and files.
        scan = said(inspector.post("/mobile/v1/scans", data={"raw": raw}))
        before = scan["unit"]["clocks"]
        report_id, photos = uuid.uuid4(), sent_photos(inspector)
        report = {
            "unit": lift.pk,
            "tag_code": code,
            "checklist": "generic",
            "checklist_version": 1,
            "kind": "periodic",
            "answers": {"1": "pass", "2": "pass", "3": "pass"},
            "conclusion": "pass",
            "photos": photos,
            "device_time": clock.now().isoformat(),
            "position": {"lng": 117.05, "lat": 36.65, "accuracy": 5},
        }
        address = f"/mobile/v1/reports/{report_id}"
        receipt = said(inspector.put(address, data=report), 201)
        assert receipt["receipt"] == "accepted"
        assert said(inspector.put(address, data=report))["receipt"] == "duplicate"

        # The record is the newest of the timeline, and the clock has moved.
        records = said(inspector.get(f"/api/v1/units/{lift.pk}/records"))["results"]
        assert (records[0]["stage"], len(records[0]["evidence"])) == ("inspection", 3)
        after = said(inspector.get(f"/mobile/v1/units/{lift.pk}"))["clocks"]
        assert after[0]["last_on"] == clock.today().isoformat() != before[0]["last_on"]

        # The thumbnails are drawn by the worker and shown on the unit's page.
        page.goto(f"{live_server.url}/accounts/login/?next=/units/{lift.pk}/")
        page.fill("input[name=login]", "lin")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"**/units/{lift.pk}/")  # to reload before is to break off the way there
        thumbnails = page.locator(".timeline img")
        until(lambda: page.reload() and thumbnails.count() == 3)
    for thumbnail in thumbnails.all():
        drawn = Image.open(io.BytesIO(fetched(thumbnail.get_attribute("src"))))
        assert max(drawn.size) <= 320
        assert not drawn.getexif()
        thumbnail.scroll_into_view_if_needed()
        assert thumbnail.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
