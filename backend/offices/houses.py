"""Which offices are one house."""

from __future__ import annotations

from backend.offices.models import Office


def get_house(office: Office) -> Office:
    """The authority or body to which ``office`` belongs, as an office: itself where it is one."""
    mine = Office.objects.filter(authority=office.authority_id, body=office.body_id)
    return mine.filter(pk__in=office.line).order_by("path")[0]
