"""The matter that a phone names, for who sees it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.problems import not_found
from backend.matters.models import Matter


def get_visible_matter(user: User, matter: int) -> Matter:
    """The matter, where ``user`` sees it. Raises Refused 404."""
    rows: QuerySet[Matter] = Matter.objects.visible_to(user).select_related("office")
    found = rows.filter(pk=matter).first()
    if found is None:
        text = _("There is no such matter for you, or no longer: a post may have ended.")
        raise not_found(text)
    return found
