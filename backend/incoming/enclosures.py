"""The files of an incoming document: the paper that was delivered, or the scan of what came on paper."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from backend.evidence.handed_out import HandedOut
from backend.evidence.office_files import PDF
from backend.incoming.models import IncomingDocument
from backend.matters.enclosures import enclose_paper, enclose_photo
from backend.matters.kinds import Enclosure
from backend.matters.models import Matter


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """What came, in whichever form it did."""
    related = ("delivery__distribution__paper__template", "photo")
    found = IncomingDocument.objects.select_related(*related).get(pk=matter.pk)
    if found.delivery is not None:
        yield enclose_paper(found.delivery.distribution.paper)
    if found.scan:
        scan = HandedOut(str(found.scan.name), PDF)
        yield Enclosure("scan", _("Scanned letter"), PDF, lambda _reader: scan)
    if found.photo is not None:
        yield enclose_photo("scan", _("Scanned letter"), found.photo)
