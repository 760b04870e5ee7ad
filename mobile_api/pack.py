"""What a person carries, whole at first and then by changes; see docs/field-protocol.md."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.events import feed
from backend.lib import clock, paging
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.cursors import AfterTag, AfterUnit, Cursor, parse_cursor, parse_page_end
from mobile_api.duty import Duty, DutyKind, load_duty, load_tasks, parse_duty_kind
from mobile_api.limits import PACK_PAGE_UNITS
from mobile_api.pack_lists import load_pack_lists
from mobile_api.pack_rows import (
    TagRow,
    array_subquery,
    load_loose_tags,
    load_tag_rows,
    load_units_with_tags,
)
from mobile_api.pack_serializers import PackEstimateShape, PackShape

TAGS_PER_PAGE = 10_000

# Measured on 5 000 units of the demonstration, compressed.
_BYTES_PER_UNIT = 160
_BYTES_BESIDE_UNITS = 16_000

Document = dict[str, Any]

_DUTY_PARAMETER = OpenApiParameter(
    "duty",
    str,
    enum=[str(kind) for kind in DutyKind],
    default=str(DutyKind.AREA),
    description="Units of the whole jurisdiction, or those of the tasks of these days alone;"
    " the same in each call of a pack",
)


@method_decorator([never_cache, gzip_page], name="dispatch")
class PackView(DeviceView):
    """``GET pack``."""

    parameters = frozenset({"after", "cursor", "duty"})

    @extend_schema(
        operation_id="mobile_pack",
        parameters=[
            OpenApiParameter("after", str, description="The page after: next of the page before"),
            OpenApiParameter("cursor", str, description="What has changed since"),
            _DUTY_PARAMETER,
        ],
        responses=PackShape,
    )
    def get(self, request: Request) -> Response:
        """The pack page by page, or what has changed; 410 when the cursor is too old."""
        cursor, after = (request.query_params.get(name) for name in ("cursor", "after"))
        duty = load_duty(
            signed_in_user(request),
            parse_duty_kind(request.query_params.get("duty", DutyKind.AREA)),
        )
        if cursor is not None:
            return Response(build_changes(duty, parse_cursor(cursor)))
        return Response(
            build_first_page(duty)
            if after is None
            else build_next_page(duty, parse_page_end(after))
        )


class PackEstimateView(DeviceView):
    """``GET pack/estimate``."""

    @extend_schema(operation_id="mobile_pack_estimate", responses=PackEstimateShape)
    def get(self, request: Request) -> Response:
        """How much the pack will be, before any of it is fetched."""
        actor = signed_in_user(request)
        area, tasks = (_estimate_size(load_duty(actor, kind)) for kind in DutyKind)
        return Response(area | {"tasks": tasks})


def _estimate_size(duty: Duty) -> dict[str, int]:
    units = duty.units.count()
    return {"units": units, "bytes": _BYTES_BESIDE_UNITS + _BYTES_PER_UNIT * units}


def build_first_page(duty: Duty) -> Document:
    """The cursor, the tasks of these days, the first units with those of the tasks before them,
    and the lists."""
    horizon = feed.read_horizon()  # before anything is read, so that what changes meanwhile comes
    lists = load_pack_lists(duty)
    cursor = Cursor(
        horizon.cluster, horizon.position, clock.now(), duty.fingerprint, lists.fingerprint
    )
    tasks = load_tasks(duty.user)
    page = _build_page(duty, None, frozenset(task["unit"] for task in tasks))
    return page | {"cursor": str(cursor), "today": tasks} | lists._asdict()


def build_next_page(duty: Duty, after: AfterUnit | AfterTag) -> Document:
    """The page after another, without a cursor: one of now would pass over all that has changed
    meanwhile on the pages before."""
    return _build_page(duty, after, frozenset())


def build_changes(duty: Duty, cursor: Cursor) -> Document:
    """Whole units that have changed, the ids of those that left, tags, and the tasks as they are.

    Raises Refused (410) ``cursor-expired``.
    """
    horizon = feed.read_horizon()
    cursor.require_fresh(horizon, duty.fingerprint)
    told = feed.read_changes(
        horizon=horizon,
        after=cursor.position,
        limit=PACK_PAGE_UNITS,
        regions=duty.regions,
        entities=duty.entities,
    )
    changed = [unit for unit in told.units if duty.concerns(unit)]
    seen = duty.units.filter(pk__in=array_subquery(changed))
    units, tags = load_units_with_tags(list(seen.values_list("pk", flat=True)))
    named = [tag for tag in load_tag_rows(told.tags, duty.user) if duty.concerns(tag[2])]
    there = {unit["id"] for unit in units}
    lists = load_pack_lists(duty)
    since = cursor.since if told.more else clock.now()
    return {
        "cursor": str(
            Cursor(horizon.cluster, told.position, since, duty.fingerprint, lists.fingerprint)
        ),
        "more": told.more,
        "units": units,
        "gone": [unit for unit in changed if unit not in there],
        "tags": _remove_repeated_tags(named + tags),
        "today": load_tasks(duty.user),
        **({"checklists": []} if lists.fingerprint == cursor.lists else lists._asdict()),
    }


def _build_page(duty: Duty, after: AfterUnit | AfterTag | None, first: frozenset[int]) -> Document:
    """Units by their next due date, those of ``first`` before them; behind them the loose tags."""
    units: list[Document] = []
    tags: list[TagRow] = []
    beyond: AfterUnit | AfterTag | None = after if isinstance(after, AfterTag) else None
    if beyond is None:
        seen = duty.units
        if first:
            units, tags = load_units_with_tags(
                list(seen.filter(pk__in=first).values_list("pk", flat=True))
            )
        chosen, follows = _unit_ids_by_due_date(
            seen, after if isinstance(after, AfterUnit) else None
        )
        rest, more_tags = load_units_with_tags(chosen)
        units += [unit for unit in rest if unit["id"] not in first]
        tags = _remove_repeated_tags(tags + more_tags)
        beyond = follows or AfterTag("")
    if isinstance(beyond, AfterUnit):
        return {"next": str(beyond), "units": units, "tags": tags}
    if duty.listed is not None:  # a list is for its units alone
        return {"next": None, "units": units, "tags": tags}
    loose, end = load_loose_tags(duty.user, beyond.code, TAGS_PER_PAGE)
    following = None if end is None else str(AfterTag(end))
    return {"next": following, "units": units, "tags": tags + loose}


_DUE_DATE_ORDER = (F("next_due_on").asc(nulls_last=True), "id")


def _unit_ids_by_due_date(seen: Any, after: AfterUnit | None) -> tuple[list[int], AfterUnit | None]:
    """The ids of the units of one page and, if there are more, the end of the page."""
    if after is not None:
        seen = seen.filter(paging.rows_after_condition(("next_due_on", "id"), after))
    rows = list(
        seen.order_by(*_DUE_DATE_ORDER).values_list("next_due_on", "id")[: PACK_PAGE_UNITS + 1]
    )
    page = rows[:PACK_PAGE_UNITS]
    end = AfterUnit(*page[-1]) if len(rows) > len(page) else None
    return [unit for _due, unit in page], end


def _remove_repeated_tags(tags: list[TagRow]) -> list[TagRow]:
    """Each tag once; what is said last counts."""
    return list({tag[0]: tag for tag in tags}.values())
