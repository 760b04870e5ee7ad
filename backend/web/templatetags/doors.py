"""The pages of the desk that somebody may open: ``{% doors %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.rights import Right, may
from backend.announcements.models import Announcement

register = template.Library()

DOORS: tuple[tuple[Right | None, str, Any], ...] = (
    (None, "matters", _("Matters")),
    (None, "papers", pgettext_lazy("paper", "Papers")),
    (None, "deliveries", _("Deliveries")),
    (None, "calendar", _("My calendar")),
    (None, "meetings", _("Meetings")),
    (None, "duty", _("Duty roster")),
    (Right.DRAFT_DOCUMENTS, "documents", _("Documents")),
    (Right.ORDER_TASKS, "supervised", _("Supervised tasks")),
    (Right.RECEIVE_HOTLINE, "desk-hotline", _("New matter of the hotline")),
    (Right.SEE_REPORTER, "hot-spots", _("Hot spots")),
    (Right.REGISTER_UNIT, "unit-new", _("Enter a unit")),
    (Right.MANAGE_TAGS, "tags", _("Tags")),
    (Right.IMPORT_UNITS, "imports", _("Imports")),
    (Right.JUDGE_FIELDWORK, "held-items", _("Held items")),
    (Right.JUDGE_FIELDWORK, "cases", _("Cases")),
    (Right.JUDGE_FIELDWORK, "conflicts", _("Conflicts")),
    (Right.PLAN_WORK, "month", _("Visits of a month")),
    (None, "absences", _("Who is away")),
    (None, "announcements", _("Announcements")),
    (None, "address-book", _("Address book")),
    (None, "certificates", _("Certificates")),
)
"""Which right opens which page, and what it is called; none is needed where each sees his own."""


@register.inclusion_tag("web/desk/doors.html", takes_context=True)
def doors(context: dict[str, Any]) -> dict[str, Any]:
    """The pages by their addresses and names, and whether the reader is in that part now; beside the
    announcements how many wait for him."""
    request = context["request"]
    inbox = reverse("web:inbox")
    open_to = [(inbox, _("Inbox"), request.path == inbox)]
    open_to += [
        (address, name, request.path.startswith(address))
        for right, route, name in DOORS
        if right is None or may(request.user, right)
        for address in [reverse(f"web:{route}")]
    ]
    return {
        "doors": open_to,
        "announcements": reverse("web:announcements"),
        "waiting": Announcement.objects.waiting_for(request.user).count(),
    }
