"""What the pages of official documents show by tags of their own."""

from __future__ import annotations

from django import template

from backend.documents.collective_names import name_recipients
from backend.documents.models import Document, Party
from backend.documents.outsiders import Outsider, list_outsiders

register = template.Library()


@register.simple_tag
def parties_of(document: Document) -> list[tuple[str, list[str]]]:
    """By part, what it is called and whom it names; a whole level by its common name."""
    named = [(str(part.label), name_recipients(document, part)) for part in Party.Part]
    return [(label, names) for label, names in named if names]


@register.simple_tag
def outsiders_of(document: Document) -> list[Outsider]:
    """The recipients that are named in words."""
    return list_outsiders(document)
