"""Tells an applicant by a notification that his application has moved on."""

from __future__ import annotations

from backend.accounts.models import User
from backend.approvals.models import Application
from backend.notifications.actions import notify
from backend.notifications.models import Kind


def tell_applicant(application: Application) -> None:
    """Notify all who act for the applicant; where it stands is read on its page."""
    notify(
        recipients=User.objects.filter(memberships__entity=application.applicant_id),
        kind=Kind.APPLICATION,
        number=application.matter.number or "",
        path=f"/applications/{application.pk}/",
    )
