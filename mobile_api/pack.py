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
from mobile_api.carried import TagRow, loose_tags, tags_named, these, units_of
from mobile_api.doors import DeviceView, actor_of
from mobile_api.duty import Duty, Kind, duty_of, kind_from, tasks_of
from mobile_api.limits import PACK_PAGE_UNITS
from mobile_api.lists import lists_of
from mobile_api.marks import AfterTag, AfterUnit, Cursor, after_from, cursor_from
from mobile_api.pack_shapes import PackEstimateShape, PackShape

PAGE_TAGS = 10_000

# Measured on 5 000 units of the demonstration, compressed.
_BYTES_OF_UNIT = 160
_BYTES_OF_REST = 16_000

Document = dict[str, Any]

_DUTY = OpenApiParameter(
    "duty",
    str,
    enum=[str(kind) for kind in Kind],
    default=str(Kind.AREA),
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
            _DUTY,
        ],
        responses=PackShape,
    )
    def get(self, request: Request) -> Response:
        """The pack page by page, or what has changed; 410 when the cursor is too old."""
        cursor, after = (request.query_params.get(name) for name in ("cursor", "after"))
        duty = duty_of(actor_of(request), kind_from(request.query_params.get("duty", Kind.AREA)))
        if cursor is not None:
            return Response(changes(duty, cursor_from(cursor)))
        return Response(first_page(duty) if after is None else next_page(duty, after_from(after)))


class PackEstimateView(DeviceView):
    """``GET pack/estimate``."""

    @extend_schema(operation_id="mobile_pack_estimate", responses=PackEstimateShape)
    def get(self, request: Request) -> Response:
        """How much the pack will be, before any of it is fetched."""
        actor = actor_of(request)
        area, tasks = (_estimate(duty_of(actor, kind)) for kind in Kind)
        return Response(area | {"tasks": tasks})


def _estimate(duty: Duty) -> dict[str, int]:
    units = duty.units.count()
    return {"units": units, "bytes": _BYTES_OF_REST + _BYTES_OF_UNIT * units}


def first_page(duty: Duty) -> Document:
    """Where to go on from, what to do these days and on which units, the lists and the names."""
    horizon = feed.horizon()  # before anything is read, so that what changes meanwhile comes
    lists = lists_of(duty)
    cursor = Cursor(horizon.cluster, horizon.position, clock.now(), duty.mark, lists.mark)
    tasks = tasks_of(duty.user)
    page = _page(duty, None, frozenset(task["unit"] for task in tasks))
    return page | {"cursor": str(cursor), "today": tasks} | lists._asdict()


def next_page(duty: Duty, after: AfterUnit | AfterTag) -> Document:
    """The page after another, without a cursor: one of now would pass over all that has changed
    meanwhile on the pages before."""
    return _page(duty, after, frozenset())


def changes(duty: Duty, cursor: Cursor) -> Document:
    """Whole units that have changed, the ids of those that left, tags, and the tasks as they are.

    Raises Refused (410) ``cursor-expired``.
    """
    horizon = feed.horizon()
    cursor.require_fresh(horizon, duty.mark)
    told = feed.changed(
        upto=horizon,
        after=cursor.position,
        limit=PACK_PAGE_UNITS,
        regions=duty.regions,
        entities=duty.entities,
    )
    changed = [unit for unit in told.units if duty.concerns(unit)]
    seen = duty.units.filter(pk__in=these(changed))
    units, tags = units_of(list(seen.values_list("pk", flat=True)))
    named = [tag for tag in tags_named(told.tags, duty.user) if duty.concerns(tag[2])]
    there = {unit["id"] for unit in units}
    lists = lists_of(duty)
    since = cursor.since if told.more else clock.now()
    return {
        "cursor": str(Cursor(horizon.cluster, told.position, since, duty.mark, lists.mark)),
        "more": told.more,
        "units": units,
        "gone": [unit for unit in changed if unit not in there],
        "tags": _once(named + tags),
        "today": tasks_of(duty.user),
        **({"checklists": []} if lists.mark == cursor.lists else lists._asdict()),
    }


def _page(duty: Duty, after: AfterUnit | AfterTag | None, first: frozenset[int]) -> Document:
    """Units by their next due date, those of ``first`` before them; behind them the loose tags."""
    units: list[Document] = []
    tags: list[TagRow] = []
    beyond: AfterUnit | AfterTag | None = after if isinstance(after, AfterTag) else None
    if beyond is None:
        seen = duty.units
        if first:
            units, tags = units_of(list(seen.filter(pk__in=first).values_list("pk", flat=True)))
        chosen, follows = _by_due(seen, after if isinstance(after, AfterUnit) else None)
        rest, more_tags = units_of(chosen)
        units += [unit for unit in rest if unit["id"] not in first]
        tags = _once(tags + more_tags)
        beyond = follows or AfterTag("")
    if isinstance(beyond, AfterUnit):
        return {"next": str(beyond), "units": units, "tags": tags}
    if duty.listed is not None:  # a list is for its units alone
        return {"next": None, "units": units, "tags": tags}
    loose, end = loose_tags(duty.user, beyond.code, PAGE_TAGS)
    following = None if end is None else str(AfterTag(end))
    return {"next": following, "units": units, "tags": tags + loose}


_ORDER = (F("next_due_on").asc(nulls_last=True), "id")


def _by_due(seen: Any, after: AfterUnit | None) -> tuple[list[int], AfterUnit | None]:
    """The ids of one page and, if there are more, the mark of its end."""
    if after is not None:
        seen = seen.filter(paging.after(("next_due_on", "id"), after))
    rows = list(seen.order_by(*_ORDER).values_list("next_due_on", "id")[: PACK_PAGE_UNITS + 1])
    page = rows[:PACK_PAGE_UNITS]
    end = AfterUnit(*page[-1]) if len(rows) > len(page) else None
    return [unit for _due, unit in page], end


def _once(tags: list[TagRow]) -> list[TagRow]:
    """Each tag once; what is said last counts."""
    return list({tag[0]: tag for tag in tags}.values())
