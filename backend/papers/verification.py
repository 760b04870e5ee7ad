"""What everybody may know of a paper by its code: whether it is valid now, and what is public of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from backend.papers.models import Paper

_WORDS = {
    Paper.State.ISSUED: "valid",
    Paper.State.REPLACED: "replaced",
    Paper.State.WITHDRAWN: "withdrawn",
    Paper.State.ANNULLED: "annulled",
    Paper.State.REPEALED: "repealed",
}


@dataclass(frozen=True)
class PublicPaper:
    """The public side of a paper.

    ``state`` is ``valid``, ``replaced``, ``withdrawn``, ``annulled`` (void from the beginning) or
    ``repealed`` (void from the day of the document that repealed it).
    """

    state: str
    code: str
    title: str
    number: str
    office: str
    day: dt.date
    sha256: str
    """Of the PDF; empty while it is being made."""
    facts: list[tuple[str, str]]
    """Labels and values of the fields that the template calls public."""
    ended_by: str
    """The number of the document that annulled or repealed it; else empty."""
    ended_on: dt.date | None
    """The day of that document."""

    def as_json(self) -> dict[str, Any]:
        """The members of the JSON answer."""
        facts = [{"label": label, "value": value} for label, value in self.facts]
        told = asdict(self) | {"day": self.day.isoformat(), "facts": facts}
        del told["ended_by"], told["ended_on"]
        if self.ended_on is not None:
            told |= {"ended_by": self.ended_by, "ended_on": self.ended_on.isoformat()}
        return told


def find_public_paper(code: str) -> PublicPaper | None:
    """The public side of the paper with this code; None where none was issued under it. One query."""
    rows = Paper.objects.select_related("template", "office", "ended_by")
    paper = rows.filter(code=code, state__in=_WORDS, issued_at__isnull=False).first()
    if paper is None:
        return None
    assert paper.number is not None
    assert paper.registered_on is not None
    ended_by = paper.ended_by
    shown = [field for field in paper.template.fields if field["public"]]
    facts = [(field["label"], paper.fields.get(field["name"], "")) for field in shown]
    return PublicPaper(
        state=_WORDS[Paper.State(paper.state)],
        code=paper.code,
        title=paper.title,
        number=paper.number,
        office=paper.office.name,
        day=paper.registered_on,
        sha256=paper.pdf_sha256,
        facts=[(label, value) for label, value in facts if value],
        ended_by=(ended_by.number or "") if ended_by else "",
        ended_on=ended_by.registered_on if ended_by else None,
    )
