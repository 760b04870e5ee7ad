"""What the figures of the board of supervised tasks are called, and who may order one."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.supervised_tasks.board import LATE, NEAR, ON_TIME, OPEN, OVERDUE, RETURNED
from backend.supervised_tasks.orderers import may_order

register = template.Library()
_NAMES = {
    OPEN: pgettext_lazy("task", "open"),
    OVERDUE: _("overdue"),
    NEAR: _("due soon"),
    RETURNED: _("returned or sent back"),
    ON_TIME: _("finished in time"),
    LATE: _("finished late"),
}


@register.filter
def figure_name(name: str) -> Any:
    """What a figure counts."""
    return _NAMES[name]


@register.filter
def orders_tasks(user: Any) -> bool:
    """Whether ``user`` orders tasks for some office."""
    return isinstance(user, User) and may_order(user)
