"""What the pages of documents show by tags of their own."""

from __future__ import annotations

from django import template

from backend.documents.collective_names import name_recipients
from backend.documents.models import Document, Party

register = template.Library()


@register.simple_tag
def parties_of(document: Document) -> list[tuple[str, list[str]]]:
    """By part, what it is called and whom it names; a whole level by its common name."""
    named = [(str(part.label), name_recipients(document, part)) for part in Party.Part]
    return [(label, names) for label, names in named if names]
