"""Texts that a database or an answer cannot hold never stop the outbox."""

from __future__ import annotations

import json

import pytest

from tests.fieldwork.items import item, report_body, scan_body

URL = "/mobile/v1/outbox"


@pytest.mark.parametrize("bad", ["\x00", "\ud800"])
@pytest.mark.parametrize("member", ["id", "type", "made_at", "after", "kind", "conclusion"])
def test_a_batch_with_such_a_text_is_answered_each_time(world, lin_phone, member, bad):
    sent = item("report", report_body(world.lift))
    (sent["body"] if member in sent["body"] else sent)[member] = bad
    batch = json.dumps({"app": bad, "items": [sent, item("scan", scan_body("x"))]})
    for state in ("accepted", "duplicate"):
        answer = lin_phone.generic("POST", URL, batch, content_type="application/json")
        assert answer.status_code == 200
        receipts = json.loads(answer.content)["receipts"]
        assert receipts[1]["state"] == state
        assert receipts[0]["state"] in {"held", "rejected", "accepted", "duplicate"}
    assert lin_phone.get("/mobile/v1/receipts").status_code == 200
