"""The words of a notification. They hold a number and a day at most."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from backend.notifications.models import Kind, Notification

_TEXTS = {
    Kind.CHECK_PLANNED: _("A check is planned for you on %(day)s."),
    Kind.ASSIGNED: _("%(number)s waits for you."),
    Kind.URGED: _("%(number)s is urged. See to it at once."),
    Kind.DEADLINE_NEAR: _("%(number)s is due on %(day)s."),
    Kind.HOT_SPOTS: _(
        "Hotline, week to %(day)s: %(number)s (letters / clusters beyond chance in your region)."
    ),
    Kind.APPLICATION: _("%(number)s has moved on. Look at where it stands."),
    Kind.STANDING_IN: _("You stand in for somebody from %(day)s."),
    Kind.UNCOVERED: _("From %(day)s work has nobody: who does it is away. See who stands in."),
    Kind.MEETING_CALLED: _("You are asked to a meeting on %(day)s. Say whether you come."),
    Kind.MEETING_MOVED: _("A meeting has changed; it is on %(day)s. Look at it again."),
    Kind.MEETING_OFF: _("The meeting on %(day)s is cancelled."),
    Kind.DUTY: _("You are on duty on %(day)s."),
    Kind.DUTY_OFF: _("You are not on duty on %(day)s any more."),
    Kind.DUTY_SWAP: _("You are asked to swap your duty on %(day)s. Agree or refuse."),
    Kind.ANNOUNCED: _("There is an announcement for you. Read it by %(day)s."),
    Kind.ANNOUNCEMENT_URGED: _(
        "You have not read or confirmed an announcement yet. Do so at once."
    ),
    Kind.ANNOUNCEMENT_ENDED: _("An announcement that you have read was withdrawn. See why."),
    Kind.DEADLINE_MISSED: _("%(number)s was due on %(day)s and is overdue."),
}


def say_notification(notification: Notification) -> str:
    """The sentence, in the language that is active."""
    said = str(_TEXTS[Kind(notification.kind)])
    return said % {"number": notification.number, "day": notification.day}


def write_out(notification: Notification, language: str) -> tuple[str, str]:
    """Subject and text for outside the system, in ``language``; the text ends with the address."""
    with override(language):
        said = say_notification(notification)
    address = f"{settings.PUBLIC_BASE_URL}{notification.path}" if notification.path else ""
    return said, f"{said}\n{address}\n" if address else f"{said}\n"
