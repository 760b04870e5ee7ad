"""How much somebody has not read, in a template: ``{% if user|unread %}``."""

from __future__ import annotations

from django import template

from backend.accounts.models import User
from backend.notifications.models import Notification

register = template.Library()


@register.filter
def unread(user: User) -> int:
    """How many notifications ``user`` has not read."""
    return Notification.objects.visible_to(user).filter(read_at=None).count()
