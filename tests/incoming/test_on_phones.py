"""An incoming document on a phone: the scan of what came on paper, as a PDF and as a photo."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.evidence.spool import deliver_file
from backend.evidence.tasks import make_renditions
from tests.deliveries.scenes import Mailroom
from tests.evidence.office_files import make_pdf
from tests.incoming.test_story import write_in
from tests.inspections.drafting import jpeg
from tests.mobile_api.conftest import phone_of

SCANS = {"pdf": (make_pdf(2), 2, "image/webp"), "photo": (jpeg(5), 1, "image/jpeg")}


@pytest.mark.parametrize("form", SCANS)
def test_the_scan_is_read_on_the_phone_by_who_sees_the_document(mailroom: Mailroom, form):
    content, pages, media_type = SCANS[form]
    document = write_in(mailroom, scan=SimpleUploadedFile("函", content))
    assert document.scan is not None
    deliver_file(document.scan)
    if document.scan.is_picture:
        make_renditions(str(document.scan.pk))
    phone = phone_of(mailroom.city_clerk)
    matter = f"/mobile/v1/matters/{document.pk}"
    (scan,) = phone.get(matter).json()["enclosures"]
    assert (scan["key"], scan["title"]) == ("scan", "来文扫描件")
    told = phone.get(f"{matter}/enclosures/scan/pages").json()
    assert (told["pages"], told["media_type"], len(told["pictures"])) == (pages, media_type, pages)
    assert phone.get(f"{matter}/enclosures/scan").json()["address"].startswith("http")
    foreign = phone_of(mailroom.world.lin, "other")
    assert foreign.get(f"{matter}/enclosures/scan/pages").status_code == 404
