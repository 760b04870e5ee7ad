"""Documents: 200 registrations at once, signed PDFs a second beside the bare signer, and the search."""

from __future__ import annotations

import io
import random
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from backend.accounts.models import Role, User
from backend.directory.models import Authority
from backend.documents.drafts import draft_document
from backend.documents.models import Document
from backend.documents.search import search_documents
from backend.documents.sheet import render_document
from backend.documents.signatures import sign_pdf
from backend.documents.wording import Wording
from backend.lib import clock
from backend.matters.decisions import decide
from backend.matters.models import Matter
from backend.offices.models import Office, Post
from backend.papers.models import Series
from backend.papers.numbers import STANDARD_FORM
from bench.callers import p95_ms, result_row
from bench.matter_children import draw_words
from dev.signing_key import key_settings, make_signing_key

REGISTRATIONS = 200
CONNECTIONS = 40
SIGNED = 100
SEARCHES = 200


def run() -> list[dict[str, Any]]:
    """Rows for the table of figures."""
    call_command("load_reference", verbosity=0)
    clerk, leader, series = _make_desk()
    documents = [_sign(clerk, leader, number) for number in range(REGISTRATIONS)]
    seconds = _register_at_once(clerk, series, documents)
    taken = series.papers.values_list("serial", flat=True)
    serials = sorted(serial or 0 for serial in taken)
    assert serials == list(range(1, REGISTRATIONS + 1)), "a gap or a double"
    signed, bare = _measure_signatures(documents[0])
    return [
        result_row("documents.registrations_at_once_s", seconds, "s", REGISTRATIONS),
        result_row("documents.signed_pdf_per_s", signed, "PDF/s", SIGNED, "bare pyHanko", bare),
        result_row("documents.bare_signature_per_s", bare, "PDF/s", SIGNED),
    ]


def _make_desk() -> tuple[User, User, Series]:
    counties = Authority.objects.filter(level="county").values("code")
    office = Office.objects.in_force(clock.today()).filter(code__in=counties).earliest("code")
    people = []
    for role in (Role.CLERK, Role.LEADER):
        user = User.objects.create(
            username=f"bench-{role}-{uuid.uuid4().hex[:8]}", role=role, region_id=office.region_id
        )
        Post.objects.create(user=user, office=office, role=role, starts_on=clock.today())
        user.refresh_from_db()  # the database tells an account its posts
        people.append(user)
    series = Series.objects.create(
        office=office, word=_make_word(), form=STANDARD_FORM, opened_at=clock.now()
    )
    return people[0], people[1], series


def _make_word() -> str:
    return "测" + "".join(chr(0x4E00 + digit) for digit in uuid.uuid4().bytes[:6])


def _sign(clerk: User, leader: User, number: int) -> Document:
    """A signed document that waits for its number."""
    wording = Wording(
        kind="notice",
        columns={
            "direction": "down",
            "title": f"关于第{number}批电梯检查的通知",
            "body": "一、范围\n全区在用电梯，重点是住宅小区和医院。\n" * 10,
        },
        parties={"main": ["各镇街"]},
    )
    document, _new = draft_document(actor=clerk, office=None, wording=wording, key=uuid.uuid4())
    for who, decision in ((clerk, "submit"), (clerk, "pass"), (leader, "sign"), (clerk, "approve")):
        decide(actor=who, matter=document.pk, version=None, decision=decision)
    return document


def _register_at_once(clerk: User, series: Series, documents: list[Document]) -> float:
    gate = threading.Barrier(CONNECTIONS)

    def register(mine: list[Document]) -> None:
        gate.wait()
        for document in mine:
            details = {"series": series.pk}
            decide(
                actor=clerk, matter=document.pk, version=None, decision="register", details=details
            )
        connections.close_all()

    shares = [documents[n::CONNECTIONS] for n in range(CONNECTIONS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(register, shares))
    return time.perf_counter() - begun


def _measure_signatures(document: Document) -> tuple[float, float]:
    """PDFs a second of processor time: laid out and signed, and the bare signer on a ready one."""
    with tempfile.TemporaryDirectory() as folder:
        make_signing_key(Path(folder))
        places = key_settings(Path(folder))
        settings.SIGNING_KEY, settings.SIGNING_CERTIFICATE = (
            places["SIGNING_KEY"],
            places["SIGNING_CERTIFICATE"],
        )
        document.matter = Matter.objects.select_related("office").get(pk=document.pk)
        ready = render_document(document)
        begun = time.process_time()
        for _ in range(SIGNED):
            sign_pdf(render_document(document), reason="bench")
        ours = SIGNED / (time.process_time() - begun)
        signer = signers.SimpleSigner.load(places["SIGNING_KEY"], places["SIGNING_CERTIFICATE"])
        metadata = signers.PdfSignatureMetadata(field_name="Bench")
        begun = time.process_time()
        for _ in range(SIGNED):
            writer = IncrementalPdfFileWriter(io.BytesIO(ready))
            signers.PdfSigner(metadata, signer=signer).sign_pdf(writer)
        return ours, SIGNED / (time.process_time() - begun)


def measure_search(size: int) -> list[dict[str, Any]]:
    """The search at a million documents; Django is set up for their database."""
    return [
        _measure_words("documents.search_of_province", "leader-0-S370000", size),
        _measure_words("documents.search_of_county", "handler-0-S370102", size),
    ]


def _measure_words(name: str, username: str, size: int) -> dict[str, Any]:
    user = User.objects.get(username=username)
    draw, words = random.Random(3), draw_words()
    asked = [" ".join(draw.sample(words, 1 + turn % 2)) for turn in range(SEARCHES - 20)]
    asked += [f"第{turn * 4999}批" for turn in range(20)]

    def search(turn: int) -> None:
        list(search_documents(user, asked[turn]).order_by("-rank", "-pk")[:50])

    return result_row(name, p95_ms(search, len(asked)), "ms p95", size)
