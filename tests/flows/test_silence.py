"""Redis and storage may be silent or gone: everybody goes on, and what they missed is caught up."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from backend.accounts.models import DeviceToken, User
from backend.evidence.models import File
from backend.evidence.tasks import deliver_waiting_photos, deliver_waiting_tables
from backend.exchange.tasks import run_import
from backend.fieldwork.models import Item
from backend.inspections.checklist_files import load_checklists
from backend.jobs.models import Job
from backend.lib import clock
from bench import servers
from bench.servers import Servers
from media_config import waiting_files
from tests.evidence.pictures import picture
from tests.exchange.tables import numbered, table
from tests.fieldwork.items import item, report_body
from tests.workers import until, url_of_test_database
from tests.world import PASSWORD, World

BOUND_S = 12
"""Whoever waits longer gives up; today's answers take a tenth of that, or some seconds the first time."""
TROUBLE: dict[str, tuple[str, ...]] = {
    "redis": ("redis",),
    "s3": ("s3",),
    "both": ("redis", "s3"),
}


class Client:
    """Somebody's programs, each of whose requests ends in time or fails."""

    def __init__(self, port: int, user: User) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._token = str(DeviceToken.objects.create(user=user, device_id=uuid.uuid4().hex)[1])
        jar = http.cookiejar.CookieJar()
        self._cookies = jar
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def sign_in_on_phone(self, name: str) -> int:
        told = {"username": name, "password": PASSWORD, "device_id": uuid.uuid4().hex}
        return self._ask("POST", "/mobile/v1/sign-in", json.dumps(told).encode(), signed=False)[0]

    def sign_in_on_page(self, name: str) -> str:
        """Where it leads to."""
        page = f"{self._root}/accounts/login/"
        self._browser.open(page, timeout=BOUND_S).close()
        (token,) = (c.value for c in self._cookies if c.name == "csrftoken")
        told = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token or ""}
        body = urllib.parse.urlencode(told).encode()
        with self._browser.open(page, body, timeout=BOUND_S) as answer:
            return str(answer.url)

    def put_photo(self, body: bytes) -> int:
        place = f"/mobile/v1/photos/{hashlib.sha256(body).hexdigest()}"
        return self._ask("PUT", place, body, "image/jpeg")[0]

    def send_report(self, one: dict[str, Any]) -> int:
        told = {"device_now": clock.now().isoformat(), "app": "1", "items": [one]}
        return self._ask("POST", "/mobile/v1/outbox", json.dumps(told).encode())[0]

    def order_import(self, content: bytes) -> tuple[int, str]:
        mark = "x" * 20
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="units.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        status, told = self._ask("POST", "/api/v1/imports", body, kind, key=str(uuid.uuid4()))
        return status, json.loads(told).get("id", told)

    def readiness(self) -> dict[str, str]:
        return dict(json.loads(self._ask("GET", "/readyz", signed=False)[1]))

    def _ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json",
        *, signed: bool = True, key: str = "",
    ) -> tuple[int, bytes]:  # fmt: skip
        headers = {"Content-Type": kind} | ({"Idempotency-Key": key} if key else {})
        if signed:
            headers["Authorization"] = f"Token {self._token}"
        request = urllib.request.Request(f"{self._root}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=BOUND_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@contextmanager
def silent(mine: Servers, kinds: tuple[str, ...]) -> Iterator[None]:
    """They take connections and say nothing."""
    try:
        for kind in kinds:
            mine.silence(kind)
        yield
    finally:
        for kind in kinds:
            mine.wake(kind)


@contextmanager
def gone(mine: Servers, kinds: tuple[str, ...]) -> Iterator[None]:
    """They refuse connections."""
    for kind in kinds:
        mine.kill(kind)
    try:
        yield
    finally:
        for kind in kinds:
            mine.restart(kind)


@pytest.fixture(scope="module")
def mine(django_db_setup: None, django_db_blocker: Any) -> Iterator[Servers]:
    with django_db_blocker.unblock():
        address = url_of_test_database()
    # DEBUG: static files need no manifest then.
    with servers.running_servers(address, DEBUG="1") as running, running.use_settings():
        yield running


@pytest.mark.parametrize("trouble", [silent, gone])
@pytest.mark.parametrize("kinds", TROUBLE)
def test_all_go_on_while_others_are_silent_or_gone(
    mine: Servers,
    committed_world: World,
    kinds: str,
    trouble: Callable[[Servers, tuple[str, ...]], Any],
) -> None:
    load_checklists()
    # The servers use the hashers of the settings, the tests a quicker one.
    hasher = PBKDF2PasswordHasher()
    User.objects.update(password=hasher.encode(PASSWORD, hasher.salt()))
    field, office = (
        Client(mine.web_port, user) for user in (committed_world.lin, committed_world.rui)
    )
    photo, report = picture(), item("report", report_body(committed_world.lift))
    with trouble(mine, TROUBLE[kinds]):
        states = {name: "down" if name in TROUBLE[kinds] else "ok" for name in ("redis", "s3")}
        until(lambda: field.readiness() == states | {"db": "ok"})
        assert field.sign_in_on_phone("lin") == 200
        assert "login" not in field.sign_in_on_page("lin")
        assert field.put_photo(photo) == 201
        assert field.send_report(report) == 200
        status, job = office.order_import(table(*numbered(3)))
        assert status == 202, job
    until(lambda: field.readiness() == {"db": "ok", "redis": "ok", "s3": "ok"})
    until(lambda: _caught_up(job), 120)
    assert Item.objects.get(item_id=report["id"]).state == Item.State.ACCEPTED
    assert list(waiting_files.list_waiting_names()) == []
    until(lambda: _is_worked(office), 120)


def _caught_up(job: str) -> bool:
    """What the scheduler does each minute; whether nothing waits any more."""
    deliver_waiting_tables()
    deliver_waiting_photos(before=clock.now())
    run_import(job)
    done = Job.objects.get(pk=job).state == Job.State.DONE
    return done and not File.objects.exclude(state=File.State.STORED).exists()


def _is_worked(office: Client) -> bool:
    """Whether the worker has taken up what is ordered now, after the pause in which nothing is."""
    status, job = office.order_import(table(*numbered(1)))
    time.sleep(1)
    return status == 202 and Job.objects.get(pk=job).state == Job.State.DONE
