"""Bringing in a unit that moved out: it is the same unit, registered anew (domain reference 3.2)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.derived_state import save_version
from backend.units.filing import file_on_locked_unit
from backend.units.models import Category, Transfer, Unit, UnitStatus
from geo.models import Region


def bring_in_moved_unit(
    *, actor: User, category: Category, region: Region, **facts: Any
) -> Unit | None:
    """The unit of this device code that moved out, brought to ``region``; None if there is none.

    It keeps its whole life; its certificate of the old place stays in its record, and it may not be
    used before it is registered at the new one. The caller has asked for the right. Raises Refused
    (422) for a unit of another kind.
    """
    code = facts.pop("device_code", None)
    with transaction.atomic(), attribute_changes_to(actor):
        locked = Unit.objects.select_for_update(of=("self",)).select_related("category")
        gone = locked.filter(device_code=code, status=UnitStatus.MOVED_OUT).first()
        if code is None or gone is None:
            return None
        if gone.category_id != category.pk:
            text = _("The unit with this device code is of another kind: %(kind)s.")
            raise Refused("other-kind", text % {"kind": gone.category.shown_name}, field="category")
        move = Transfer(
            happened_on=clock.today(),
            kind=Transfer.Kind.RELOCATION,
            to_region=region,
            to_address=facts.pop("address", ""),
        )
        file_on_locked_unit(actor=actor, unit=gone, record=move)
        for name, value in facts.items():
            setattr(gone, name, value)
        save_version(gone, facts.keys())
        return gone
