"""A document from its draft to the signed PDF and the archive."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client, override_settings
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from backend.deliveries.models import Delivery
from backend.documents.outsiders import list_outsiders
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Matter, Step
from backend.offices.models import Office
from backend.papers.models import Paper
from backend.papers.services import serve_paper, settle_service
from backend.papers.verification import find_public_paper
from tests.documents.cast import DocumentCast, step
from tests.documents.signing_key import make_key

pytestmark = pytest.mark.django_db


def issued_pdf(document) -> bytes:
    with default_storage.open(document.paper.pdf_key) as file:
        return bytes(file.read())


def test_a_document_goes_from_its_draft_to_the_archive(
    cast: DocumentCast, signing_key: dict[str, str]
) -> None:
    document = cast.sign(cast.write(copy=[cast.city, "区政府办公室"]))
    document.refresh_from_db()
    assert (document.signed_by, document.number) == (cast.leader, None)
    cast.register(document)
    assert document.number == f"历市监发〔{document.signed_on.year}〕1号"
    cast.issue(document)
    step(cast.clerk, document, "archive", details={"retention": "30"})
    matter = Matter.objects.get(pk=document.pk)
    assert (matter.outcome, matter.state, matter.number) == ("done", "archived", document.number)
    actions = (
        Step.objects.filter(matter=matter).order_by("version").values_list("action", flat=True)
    )
    assert list(actions) == [
        "open", "submit", "pass", "sign", "approve", "register", "print", "issue", "archive",
    ]  # fmt: skip
    paper = Paper.objects.get(document=document)
    assert paper.state == "issued"
    told = find_public_paper(paper.code)
    assert (told.state, told.number) == ("valid", document.number)
    assert ("标题", document.title) in told.facts


def test_who_is_named_in_words_is_listed_until_it_is_written_down_that_he_has_it(
    client: Client, cast: DocumentCast, signing_key: dict[str, str]
) -> None:
    document = cast.register(cast.sign(cast.write(copy=[cast.city, "区政府办公室", "某公司"])))
    names = [(one.name, one.service) for one in list_outsiders(document)]
    assert names == [("区政府办公室", None), ("某公司", None)]
    client.force_login(cast.clerk)
    page = f"/desk/matters/{document.pk}/"
    assert "另行送达" in client.get(page).content.decode()
    cast.issue(document)
    assert set(Delivery.objects.values_list("receiver", flat=True)) == {
        cast.neighbour.pk, cast.city.pk,
    }  # fmt: skip
    shown = client.get(page).content.decode()
    assert shown.count("?recipient=") == 2
    prefilled = client.get(f"/papers/{document.paper.pk}/?recipient=某公司").content.decode()
    assert 'value="某公司"' in prefilled
    today = clock.today()
    service, _new = serve_paper(
        actor=cast.clerk, paper=document.paper.pk, kind="direct", recipient="某公司", sent_on=today
    )
    assert client.get(page).content.decode().count("?recipient=") == 1
    served = {"state": "served", "served_on": today}
    settle_service(actor=cast.clerk, paper=document.paper.pk, service=service.pk, **served)
    assert [one.is_served for one in list_outsiders(document)] == [False, True]


def test_the_signature_is_good_to_pyhanko_and_to_poppler_and_a_changed_byte_breaks_it(
    cast: DocumentCast, signing_key: dict[str, str], tmp_path: Path
) -> None:
    document = cast.issue(cast.register(cast.sign(cast.write())))
    pdf = issued_pdf(document)
    root = load_cert_from_pemder(signing_key["SIGNING_CERTIFICATE"])
    context = ValidationContext(trust_roots=[root])
    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    status = validate_pdf_signature(signature, signer_validation_context=context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf)
    at = pdf.index(b"stream") + 40
    bad.write_bytes(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
    assert "Signature is Valid" in told_by_poppler(good)
    assert "Signature is Valid" not in told_by_poppler(bad)


def told_by_poppler(place: Path) -> str:
    return subprocess.run(
        ["pdfsig", "-nocert", str(place)], capture_output=True, text=True, check=False
    ).stdout


def test_without_a_key_it_is_told_and_the_document_waits_unsigned(
    cast: DocumentCast, tmp_path: Path, signing_key: dict[str, str]
) -> None:
    document = cast.register(cast.sign(cast.write()))
    step(cast.clerk, document, "print", details={"print_copies": 20})
    old = tmp_path / "old"
    old.mkdir()
    ended = make_key(old, days=-1)
    for settings, code in (
        ({"SIGNING_KEY": ""}, "signing-key-missing"),
        ({"SIGNING_KEY": str(tmp_path / "gone")}, "signing-key-missing"),
        (ended, "signing-certificate-expired"),
    ):
        with override_settings(**settings), pytest.raises(Refused) as refused:
            step(cast.clerk, document, "issue")
        assert (refused.value.code, refused.value.status) == (code, 409)
        matter = Matter.objects.get(pk=document.pk)
        assert (matter.state, Paper.objects.get(document=document).state) == (
            "issuing", "registered",
        )  # fmt: skip
    step(cast.clerk, document, "issue")
    document.refresh_from_db()
    assert document.paper.state == "issued"
    assert issued_pdf(document).startswith(b"%PDF-")


def test_an_issued_document_goes_to_every_office_that_it_names(
    cast: DocumentCast, signing_key: dict[str, str]
) -> None:
    heir = cast.city
    ended = Office.objects.create(
        code="S370199", name="旧区局", authority=cast.neighbour.authority,
        region=cast.neighbour.region, parent=cast.city,
    )  # fmt: skip
    document = cast.register(cast.sign(cast.write(main=[cast.neighbour, ended, "各镇街"])))
    today = clock.today()
    Office.objects.filter(pk=ended.pk).update(valid_to=today, successor=heir)
    cast.issue(document)
    sent = Delivery.objects.filter(paper=document.paper)
    assert set(sent.values_list("receiver", flat=True)) == {cast.neighbour.pk, heir.pk}
    assert {one.distribution.title for one in sent} == {document.title}
    draft = cast.write(main=[ended])
    with pytest.raises(Refused) as refused:
        step(cast.handler, draft, "submit")
    assert refused.value.code == "office-ended"
    assert heir.name in str(refused.value.detail)
