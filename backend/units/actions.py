"""What is done to the register by hand: enter a unit, edit its facts."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.gis.geos import LineString, Point
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, jurisdiction_filter, require_right, require_right_over
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed
from backend.units import gates, parameters
from backend.units.day_checks import check_first_use
from backend.units.derived_state import save_version, state_of, write_state
from backend.units.entries import digest_of_facts, find_entered_unit, note_entry
from backend.units.models import Category, Unit
from backend.units.moved_units import bring_in_moved_unit
from backend.units.sight import lock_visible_unit
from backend.units.timeline import records_in_force, records_of
from geo.extents import check_position, load_region_boxes
from geo.models import Region

PIPING = "8"
"""The kind whose units may be lines."""

# What a registrar may edit by hand; everything else is derived from records.
EDITABLE = frozenset(
    {
        "registration_code",
        "local_sub_variety",
        "product_name",
        "model",
        "factory_no",
        "internal_no",
        "rescue_no",
        "parameters",
        "address",
        "position",
        "route",
        "source_datum",
        "source_coordinates",
        "out_of_jurisdiction",
        "first_used_on",
        "device_code",
        "using_entity",
        "owner",
        "maintainer",
    }
)


def register_unit(
    *,
    actor: User,
    category: Any,
    region: Region,
    client_id: uuid.UUID | None = None,
    **facts: Any,
) -> Unit:
    """Enter a unit in the register, without any record yet: it may not be used.

    One that moved out of another place comes in with the life that it has had. The same ``client_id``
    with the same facts gives the unit that was entered under it. Raises Refused: 403 without the right or outside the jurisdiction, 409 when the device code
    is known, 422 for a category that no unit can bear, a position far from the region, a region that is no county of today, a route of anything but piping, a
    parameter that such units do not have or other facts under a known ``client_id``.
    """
    require_right(actor, Right.REGISTER_UNIT)
    mine = jurisdiction_filter(actor, "code", right=Right.REGISTER_UNIT)
    if not Region.objects.filter(mine, pk=region.pk).exists():
        raise not_allowed(_("The region lies outside your jurisdiction."))
    gates.check_place(region, field="region")
    _check_position(region.pk, facts.get("position"))
    if not category.leaf:
        raise Refused(
            "not-a-leaf", _("Choose the variety, or a type without varieties."), field="category"
        )
    if "parameters" in facts:
        facts["parameters"] = parameters.check_parameters(category.code, facts["parameters"])
    check_first_use(facts.get("first_used_on"), clock.today())
    _check_route(category, facts.get("route"))
    entry = {"category": category, "region": region, **facts}
    if client_id is None:
        return _enter_unit(actor, entry)
    return _enter_unit_once(actor, client_id, entry)


def _enter_unit_once(actor: User, client_id: uuid.UUID, entry: dict[str, Any]) -> Unit:
    digest = digest_of_facts(entry)
    if (known := find_entered_unit(actor, client_id, digest)) is not None:
        return known
    try:
        with transaction.atomic():
            unit = _enter_unit(actor, entry)
            note_entry(actor, client_id, digest, unit)
    except (IntegrityError, Refused):
        # Sent twice at once: the other one entered it, and it is known by its code or by the key.
        if (known := find_entered_unit(actor, client_id, digest)) is None:
            raise
        return known
    return unit


def _enter_unit(actor: User, entry: dict[str, Any]) -> Unit:
    came = bring_in_moved_unit(actor=actor, **entry)
    if came is not None:
        return came
    now = clock.now()
    try:
        with transaction.atomic(), attribute_changes_to(actor):
            return Unit.objects.create(
                kind=entry["category"].kind, created_at=now, updated_at=now, **entry
            )
    except IntegrityError:
        if Unit.objects.filter(device_code=entry.get("device_code")).exists():
            raise _device_code_refusal() from None
        raise


def _check_route(category: Category, route: LineString | None) -> None:
    if route is not None and category.kind != PIPING:
        raise Refused("not-a-line", _("Only piping (8000) is a line."), field="route")


def _check_position(region: str, position: Point | None) -> None:
    if position is not None:
        check_position(position.x, position.y, load_region_boxes(region).get(region))


def _device_code_refusal() -> Refused:
    text = _("A unit with this device code is in the register already.")
    return Refused("device-code-known", text, field="device_code", status=409)


def edit_unit(*, actor: User, unit: Unit, version: int, **changes: Any) -> Unit:
    """Change facts of the register; ``version`` is the one the editor saw.

    Raises Refused: 403 without the right, 409 when another unit has the device code, 412 when
    somebody changed the unit meanwhile, 422 for a member that is derived from records or a
    parameter that such units do not have, or a route of anything but piping.
    """
    require_right(actor, Right.REGISTER_UNIT)
    for name in changes.keys() - EDITABLE:
        raise Refused("not-editable", _("This member follows from the records."), field=name)
    if "parameters" in changes:
        changes["parameters"] = parameters.check_parameters(unit.category_id, changes["parameters"])
    check_first_use(changes.get("first_used_on"), clock.today())
    _check_route(unit.category, changes.get("route"))
    try:
        return _edit_locked(actor, unit, version, changes)
    except IntegrityError:
        # Two edits may both have found the code free; the unique index lets one of them in.
        code = changes.get("device_code")
        if code and Unit.objects.exclude(pk=unit.pk).filter(device_code=code).exists():
            raise _device_code_refusal() from None
        raise


def _edit_locked(actor: User, unit: Unit, version: int, changes: dict[str, Any]) -> Unit:
    with transaction.atomic(), attribute_changes_to(actor):
        locked = lock_visible_unit(actor, unit.pk)
        require_right_over(actor, Right.REGISTER_UNIT, locked.region_id)
        if locked.version != version:
            raise Refused(
                "changed-meanwhile",
                _("Somebody changed the unit meanwhile. Read it again, then repeat your change."),
                status=412,
                current_version=locked.version,
            )
        _check_position(locked.region_id, changes.get("position"))
        for name, value in changes.items():
            setattr(locked, name, value)
        save_version(locked, changes.keys())
        if changes.keys() & {"parameters", "first_used_on"}:
            write_state(locked, state_of(locked, records_in_force(records_of(locked))))
    return locked
