"""What is written in a draft, checked before it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from backend.documents.models import Document, DocumentKind, Party, Secrecy
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.papers.words import check_text

COLUMNS = (
    "direction", "title", "body", "note", "signer", "secrecy", "secret_years", "retention",
    "ending",
)  # fmt: skip
"""Columns of a document that a draft may say, beside its kind."""
MOST_PARTIES = 200
_LONGEST = {"title": 180, "body": 60000, "note": 200}


@dataclass(frozen=True)
class Wording:
    """What is to be written; what is not named stays. ``parties`` are, by part, offices or names.

    ``ends`` is the number of a document that this one ends; empty for none.
    """

    kind: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    parties: Mapping[str, Sequence[Office | str]] = field(default_factory=dict)
    urgency: str | None = None
    ends: str | None = None


def write_wording(document: Document, wording: Wording) -> None:
    """Set the columns on ``document``, which the caller saves; see ``write_parties``.

    Raises Refused (422): kind-unknown, title-missing, text-too-long, field-character, and
    secret-has-text, for of a secret document nothing but an entry may be kept here.
    """
    if wording.kind is not None:
        document.kind = _get_kind(wording.kind)
    for name in COLUMNS:
        if name in wording.columns:
            value = wording.columns[name]
            setattr(document, name, _clean_text(name, value) if name in _LONGEST else value)
    if not document.title:
        raise Refused("title-missing", _("Write a title."), field="title")
    refuse_secret_text(document)


def write_parties(document: Document, wording: Wording) -> None:
    """Write the parties of each part that ``wording`` names anew. Raises Refused (422)."""
    for part, named in wording.parties.items():
        if len(named) > MOST_PARTIES:
            told = _("%(most)d at most.") % {"most": MOST_PARTIES}
            raise Refused("parties-too-many", told, field=part)
        document.parties.filter(part=part).delete()
        Party.objects.bulk_create(
            _make_party(document, part, place, one) for place, one in enumerate(named)
        )


def refuse_secret_text(document: Document) -> None:
    """Refuse (422 ``secret-has-text``) text in a secret document."""
    if document.secrecy != Secrecy.OPEN and document.body:
        told = _(
            "This network is not built for secrets. Keep the entry alone here, and the text on paper."
        )
        raise Refused("secret-has-text", told, field="body")


def urgency_of(wording: Wording) -> str:
    """The urgency that was asked for, or the usual one."""
    return wording.urgency or Matter.Urgency.NORMAL


def _get_kind(code: str) -> DocumentKind:
    kind: DocumentKind | None = (
        DocumentKind.objects.in_force(clock.today()).filter(code=code).first()
    )
    if kind is None:
        raise Refused("kind-unknown", _("There is no such kind of document today."), field="kind")
    return kind


def _clean_text(name: str, value: str) -> str:
    text = check_text(value.replace("\r\n", "\n"), name=name, breaks=name == "body")
    if len(text) > _LONGEST[name]:
        told = _("At most %(most)d characters, not %(length)d.")
        facts = {"most": _LONGEST[name], "length": len(text)}
        raise Refused("text-too-long", told % facts, field=name)
    return text


def _make_party(document: Document, part: str, place: int, named: Office | str) -> Party:
    if isinstance(named, Office):
        return Party(document=document, part=part, place=place, office=named, name=named.name)
    name = check_text(named, name=part)
    if not name or len(name) > 120:
        raise Refused("party-unfit", _("A name has 1 to 120 characters."), field=part)
    if part == Party.Part.JOINT:
        raise Refused("party-unfit", _("Choose an office of the register."), field=part)
    return Party(document=document, part=part, place=place, name=name)
