"""Nobody fills the server's memory with JSON, signed in or not."""

from __future__ import annotations

import json
import uuid

import pytest
from rest_framework.test import APIClient

from tests.fieldwork.items import report_body


class Flood:
    """A body that never ends, and how much of it was read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of it was asked for"
        size = min(size, 64 * 1024)
        self.taken += size
        return b" " * size

    readline = read


def flood(client, method, url):
    body = Flood()
    facts = {"CONTENT_LENGTH": str(10**12), "wsgi.input": body}
    answer = client.generic(method, url, b"{}", content_type="application/json", **facts)
    return answer, body.taken


@pytest.mark.parametrize(
    "url",
    ["/mobile/v1/sign-in", "/mobile/v1/scans", "/mobile/v1/receipts", "/api/v1/entities"],
)
def test_more_than_the_limit_is_not_read(world, lin_phone, settings, url):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
    client = APIClient() if url.endswith("sign-in") else lin_phone
    if url.startswith("/api/"):
        client = APIClient()
        client.force_authenticate(world.rui)
    answer, taken = flood(client, "POST", url)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["type"] == "/problems/body-too-large"
    assert taken == 200_001


def test_a_body_of_the_very_limit_is_read(world, lin_phone, settings):
    url = f"/mobile/v1/reports/{uuid.uuid4()}"
    sent = json.dumps(report_body(world.lift)).encode()
    for limit, status in ((len(sent) - 1, 413), (len(sent), 201)):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = limit
        answer = lin_phone.generic("PUT", url, sent, content_type="application/json")
        assert answer.status_code == status
