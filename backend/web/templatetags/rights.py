"""Whether somebody may do something, in a template: ``{% if user|may:"manage_accounts" %}``."""

from __future__ import annotations

from typing import Any

from django import template

from backend.accounts import rights

register = template.Library()


@register.filter
def may(user: Any, right: str) -> bool:
    """Whether the role of ``user`` carries ``right``."""
    return rights.may(user, rights.Right(right))
