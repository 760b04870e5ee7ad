"""Phones that behave as our field client does: outbox, photos by tus, receipts, trying again.

The rules are those of ``mobile_api/pwa/src/sync.ts`` and ``uploads.ts``; their pauses are shortened
by ``PAUSE_FACTOR``, and each request has a connection of its own, so that each can be cut.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.client
import json
import os
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

PAUSE_FACTOR = 0.1
_FIRST_PAUSE, _LONGEST_PAUSE, _POLL = 2.0 * PAUSE_FACTOR, 30.0 * PAUSE_FACTOR, 15.0 * PAUSE_FACTOR
_PIECE_BYTES = 256 * 1024
_ANSWER_SECONDS = 30.0
_TUS = {"Tus-Resumable": "1.0.0"}
_PIECE_MEDIA_TYPE = "application/offset+octet-stream"
_DONE_STATES = ("accepted", "duplicate")
_OPEN_STATES = ("queued", "waiting")


class Unreachable(Exception):
    """No answer, or one that may be another by and by."""


class Refusal(Exception):
    """The server understood and refused."""


@dataclass
class Photo:
    """A photo as the phone keeps it; ``upload`` is where its tus upload stands."""

    content: bytes
    sha256: str
    there: bool = False
    refused: str = ""
    upload: str = ""


@dataclass
class Item:
    """A report in the outbox."""

    id: str
    document: dict[str, Any]
    photos: list[Photo]
    filed_at: float
    state: str = "queued"
    seconds: float = 0.0


@dataclass
class FiledReport:
    """One report as a phone hands it back at the end."""

    id: str
    photos: list[str]
    state: str
    seconds: float


@dataclass
class PhoneLog:
    """All that a phone filed, how it went, and what ``GET receipts`` said in the end."""

    filed: list[FiledReport] = field(default_factory=list)
    requests: int = 0
    broken: int = 0
    refusals: list[str] = field(default_factory=list)
    receipts: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Orders:
    """What a phone is to do: a report on each unit, with ``photos`` pictures made from ``plain``."""

    port: int
    token: str
    units: list[int]
    plain: bytes
    photos: int
    seed: int
    patience: float


def run_phone(orders: Orders) -> PhoneLog:
    """File all reports; give up what is open after ``patience`` seconds."""
    return Phone(orders).file_all_reports()


def make_another_photo(plain: bytes) -> bytes:
    """The same picture as another photo: a comment of 16 random bytes behind its first marker."""
    return plain[:2] + b"\xff\xfe\x00\x12" + os.urandom(16) + plain[2:]


class Phone:
    """A phone that files reports through the outbox and sends their photos."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._random = random.Random(orders.seed)
        self._box: list[Item] = []
        self._told = PhoneLog()

    def file_all_reports(self) -> PhoneLog:
        """A new report when nothing waits to be sent; else the outbox again, after a pause."""
        units, failures = iter(self._orders.units), 0
        end = time.monotonic() + self._orders.patience
        unit = next(units, None)
        while time.monotonic() < end and (unit is not None or self._open_items()):
            if unit is not None and not failures and not self._has_unsent():
                self._box.append(self._make_report(unit))
                unit = next(units, None)
            done = self._run_pass()
            failures = 0 if done else failures + 1
            if not done or unit is None:
                self._pause(failures)
        for item in self._box:
            photos = [photo.sha256 for photo in item.photos]
            self._told.filed.append(FiledReport(item.id, photos, item.state, item.seconds))
        self._told.receipts = self._fetch_all_receipts(end)
        return self._told

    def _open_items(self) -> list[Item]:
        return [item for item in self._box if item.state in _OPEN_STATES]

    def _has_unsent(self) -> bool:
        open_photos = any(
            not photo.there and not photo.refused
            for item in self._open_items()
            for photo in item.photos
        )
        return open_photos or any(item.state == "queued" for item in self._box)

    def _pause(self, failures: int) -> None:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (failures - 1)) if failures else _POLL
        if failures or self._open_items():
            time.sleep(pause * (0.5 + self._random.random()))

    def _make_report(self, unit: int) -> Item:
        contents = [make_another_photo(self._orders.plain) for _ in range(self._orders.photos)]
        photos = [Photo(content, hashlib.sha256(content).hexdigest()) for content in contents]
        now = dt.datetime.now(dt.UTC).isoformat()
        name = str(uuid.uuid4())
        body = {
            "unit": unit,
            "checklist": "generic",
            "checklist_version": 1,
            "kind": "safety_assessment",
            "answers": {"1": "pass", "2": "pass", "3": "pass"},
            "conclusion": "pass",
            "device_time": now,
            "photos": [photo.sha256 for photo in photos],
        }
        document = {"id": name, "type": "report", "made_at": now, "body": body}
        return Item(name, document, photos, time.monotonic())

    def _run_pass(self) -> bool:
        """Send the facts and the photos and ask for receipts, once; whether all that could be
        sent was sent."""
        try:
            self._send_items()
            sent = self._send_photos()
            self._ask_receipts()
        except Unreachable:
            return False
        except Refusal as refusal:
            self._told.refusals.append(str(refusal))
            return False
        return sent

    def _send_items(self) -> None:
        queued = [item for item in self._box if item.state == "queued"]
        if queued:
            now = dt.datetime.now(dt.UTC).isoformat()
            batch = {"app": "bench", "device_now": now, "items": [item.document for item in queued]}
            self._apply_receipts(self._request_json("POST", "/mobile/v1/outbox", batch)["receipts"])

    def _send_photos(self) -> bool:
        whole = True
        for photo in [photo for item in self._open_items() for photo in item.photos]:
            if photo.there or photo.refused:
                continue
            try:
                self._send_photo(photo)
            except Unreachable:
                whole = False
            except Refusal as refusal:
                photo.refused = str(refusal)
                self._told.refusals.append(str(refusal))
        return whole

    def _send_photo(self, photo: Photo) -> None:
        if not self._is_there(photo):
            self._send_pieces(photo)
        photo.there, photo.content = True, b""

    def _is_there(self, photo: Photo) -> bool:
        status, _headers, body = self._request("GET", f"/mobile/v1/photos/{photo.sha256}")
        if status == 404:
            return False
        _check_status(status, body)
        return True

    def _send_pieces(self, photo: Photo) -> None:
        at = self._ask_offset(photo) if photo.upload else None
        if at is None:
            photo.upload, at = self._create_upload(photo), 0
        while at < len(photo.content):
            at = self._send_piece(photo, at)
        photo.upload = ""
        if not self._is_there(photo):
            raise Unreachable("not confirmed yet")

    def _create_upload(self, photo: Photo) -> str:
        told = base64.b64encode(photo.sha256.encode()).decode()
        length = {"Upload-Length": str(len(photo.content)), "Upload-Metadata": f"sha256 {told}"}
        status, headers, body = self._request("POST", "/mobile/v1/uploads", b"", _TUS | length)
        _check_status(status, body)
        return "/" + headers["Location"].split("/", 3)[3]

    def _ask_offset(self, photo: Photo) -> int | None:
        status, headers, body = self._request("HEAD", photo.upload, b"", _TUS)
        if status in (403, 404, 410):
            return None
        _check_status(status, body)
        return int(headers["Upload-Offset"])

    def _send_piece(self, photo: Photo, at: int) -> int:
        part = photo.content[at : at + _PIECE_BYTES]
        more = {"Upload-Offset": str(at), "Content-Type": _PIECE_MEDIA_TYPE}
        status, headers, body = self._request("PATCH", photo.upload, part, _TUS | more)
        if status in (404, 410, 460):
            photo.upload = ""
        if status in (404, 409, 410, 423, 460):
            raise Unreachable(f"upload at another place ({status})")
        _check_status(status, body)
        return int(headers["Upload-Offset"])

    def _ask_receipts(self) -> None:
        waiting = [item.id for item in self._box if item.state == "waiting"]
        for at in range(0, len(waiting), 200):
            ids = waiting[at : at + 200]
            self._apply_receipts(
                self._request_json("POST", "/mobile/v1/receipts", {"ids": ids})["receipts"]
            )

    def _apply_receipts(self, receipts: list[dict[str, Any]]) -> None:
        by_id = {item.id: item for item in self._box}
        for receipt in receipts:
            item = by_id[receipt["id"]]
            item.state = "queued" if receipt["state"] == "unknown" else receipt["state"]
            if item.state in _DONE_STATES and not item.seconds:
                item.seconds = time.monotonic() - item.filed_at

    def _fetch_all_receipts(self, end: float) -> dict[str, list[str]]:
        """States by id from ``GET receipts``; tried until it answers."""
        found: dict[str, list[str]] = {}
        path, cursor = "/mobile/v1/receipts?limit=200", ""
        while cursor is not None and time.monotonic() < end + _ANSWER_SECONDS:
            try:
                page = self._request_json(
                    "GET", path + (f"&cursor={quote(cursor)}" if cursor else "")
                )
            except Unreachable:
                time.sleep(_FIRST_PAUSE)
                continue
            for receipt in page["receipts"]:
                found.setdefault(receipt["id"], []).append(receipt["state"])
            cursor = page["next"]
        return found

    def _request_json(self, method: str, path: str, document: Any = None) -> Any:
        body = b"" if document is None else json.dumps(document).encode()
        status, _headers, text = self._request(
            method, path, body, {"Content-Type": "application/json"}
        )
        _check_status(status, text)
        try:
            return json.loads(text)
        except ValueError:
            raise Unreachable("not JSON") from None

    def _request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        self._told.requests += 1
        own = {"Authorization": f"Token {self._orders.token}", "Connection": "close"}
        line = http.client.HTTPConnection("127.0.0.1", self._orders.port, timeout=_ANSWER_SECONDS)
        try:
            line.request(method, path, body, own | (headers or {}))
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._told.broken += 1
            raise Unreachable(repr(error)) from error
        finally:
            line.close()


def _check_status(status: int, body: bytes) -> None:
    if status < 400:
        return
    if status >= 500 or status in (401, 404, 408, 423, 429):
        raise Unreachable(f"{status}")
    raise Refusal(f"{status} {body[:300].decode(errors='replace')}")
