"""What the pages of official documents show by tags of their own."""

from __future__ import annotations

from django import template

from backend.documents.models import Document
from backend.documents.outsiders import Outsider, list_outsiders

register = template.Library()


@register.simple_tag
def outsiders_of(document: Document) -> list[Outsider]:
    """The recipients that are named in words."""
    return list_outsiders(document)
