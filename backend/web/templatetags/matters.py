"""What lists of matters show by filters of their own."""

from __future__ import annotations

from django import template

from backend.matters.labels import say_standing
from backend.matters.models import Matter

register = template.Library()


@register.filter
def standing(matter: Matter) -> str:
    """Where the matter stands, in the words of its flow: its outcome once it is closed, else its state."""
    return say_standing(matter)
