"""Recipients named in words: no delivery of the house reaches them, and what they got is written down."""

from __future__ import annotations

from dataclasses import dataclass

from backend.documents.models import Document, Party
from backend.papers.models import Service


@dataclass(frozen=True, slots=True)
class Outsider:
    """One that is named in words, and the latest service of the paper to it, if it was sent."""

    name: str
    part: str
    service: Service | None

    @property
    def is_served(self) -> bool:
        """Whether it has got the document."""
        return self.service is not None and self.service.state == Service.State.SERVED


def list_outsiders(document: Document) -> list[Outsider]:
    """Those of ``document``, as it names them; of a failed service another may follow."""
    served = {}
    if document.paper_id is not None:
        rows = Service.objects.filter(paper=document.paper_id).exclude(state=Service.State.FAILED)
        served = {one.recipient: one for one in rows.order_by("pk")}
    parties = Party.objects.filter(document=document.pk, office=None)
    return [Outsider(one.name, one.part, served.get(one.name)) for one in parties]
