"""The number of a document: of its series and year, without a gap, at registration and never before."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.documents.collective_names import name_recipients
from backend.documents.models import Document, Party
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.papers.laid_out_elsewhere import number_paper

TEMPLATE = "official-document"


def number_document(document: Document, actor: User) -> None:
    """Give a signed document, or a stub, the next number of the series that was chosen for it.

    A joint document bears that of its host alone. Raises Refused: 422 ``series-missing``, and as
    ``number_paper`` does.
    """
    if document.series is None:
        raise Refused("series-missing", _("Choose a series of numbers."), field="series")
    document.paper = number_paper(
        actor=actor,
        office=document.matter.office,
        series=document.series,
        template=TEMPLATE,
        addressee="、".join(name_recipients(document, Party.Part.MAIN)),
        fields={"kind": document.kind.name, "title": _public_title(document)},
    )
    document.number = document.paper.number
    document.save(update_fields=["paper", "number"])
    document.matter.number = document.number
    Matter.objects.filter(pk=document.pk).update(number=document.number)


def _public_title(document: Document) -> str:
    """What everybody may read of it: nothing of a secret one."""
    return document.title if document.secrecy == "open" else document.kind.name
