"""What waits for somebody, and one matter with all that a decision on a phone needs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.flows.definition import Flow
from backend.flows.versions import read_version
from backend.lib.conditional_reads import ETAG_READ_HEADERS, respond_with_etag
from backend.lib.paging import KeysetPagination
from backend.lib.problems import Refused, not_found
from backend.matters.enclosures import list_enclosures
from backend.matters.inbox import DUE_FIRST, todo_of
from backend.matters.kinds import find_kind
from backend.matters.labels import say
from backend.matters.models import Assignment, Matter
from backend.matters.told import ClockLine, TrailLine, tell_clocks, tell_trail
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.matter_serializers import AssignmentPageShape, EnclosureAddressShape, MatterShape
from mobile_api.offers import describe_choices, describe_offers
from mobile_api.receipts import cursor_in_link
from mobile_api.shown_facts import read_facts
from mobile_api.visible_matters import find_visible_matter


class AssignmentsView(DeviceView):
    """``GET assignments``."""

    parameters = frozenset({"cursor", "limit"})
    orders = {"due_on": DUE_FIRST}
    chosen_first = True

    @extend_schema(
        operation_id="mobile_assignments",
        parameters=[OpenApiParameter("cursor", str, description="From ``next``"), OpenApiParameter("limit", int), *ETAG_READ_HEADERS],
        responses=AssignmentPageShape,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What waits for the user; 304 where If-None-Match names what it was before."""
        rows = todo_of(signed_in_user(request)).select_related("matter__office")
        pages = KeysetPagination()
        page = pages.paginate_queryset(rows, request, self)
        link = pages.get_paginated_response([]).data["next"]
        told = [_describe_assignment(assignment) for assignment in page]
        return respond_with_etag(request, {"results": told, "next": cursor_in_link(link)})


class MatterView(DeviceView):
    """``GET matters/<id>``."""

    @extend_schema(operation_id="mobile_matter", responses=MatterShape)
    def get(self, request: Request, matter: int) -> Response:
        """A matter that the user sees: facts, deadlines, trail, files, and what he may decide now."""
        user = signed_in_user(request)
        found = find_visible_matter(user, matter)
        flow = read_version(found.flow_id)
        offers = describe_offers(user, found, flow)
        told = {
            "received_at": found.received_at.isoformat(),
            "outcome_name": say(flow.outcomes[found.outcome]) if found.outcome else "",
            "facts": read_facts(request._request, found),
            "deadlines": [_describe_clock(line) for line in tell_clocks(found)],
            "trail": [_describe_step(line) for line in tell_trail(found, flow)],
            "enclosures": [
                {"key": one.key, "title": one.title, "media_type": one.media_type}
                for one in list_enclosures(user, found)
            ],
            "decisions": offers,
            "choices": describe_choices(found, offers),
            "page": reverse("web:matter", args=[found.pk]),
        }
        return Response(_describe_matter(found, flow) | told)


class EnclosureView(DeviceView):
    """``GET matters/<id>/enclosures/<key>``."""

    @extend_schema(operation_id="mobile_enclosure", responses=EnclosureAddressShape)
    def get(self, request: Request, matter: int, key: str) -> Response:
        """An address of a file of a matter that the user sees, for two minutes."""
        user = signed_in_user(request)
        listed = {one.key: one for one in list_enclosures(user, find_visible_matter(user, matter))}
        if key not in listed:
            raise not_found(_("There is no such file in this matter."))
        address = listed[key].sign_address(user)
        if address is None:
            text = _("The file is on its way. Ask for it again in a while.")
            raise Refused("file-not-ready", text, status=409)
        return Response({"address": address}, headers={"Cache-Control": "no-store"})


def _describe_assignment(assignment: Assignment) -> dict[str, Any]:
    flow = read_version(assignment.matter.flow_id)
    return _describe_matter(assignment.matter, flow) | {
        "assignment": assignment.pk,
        "asks": say(flow.nodes[assignment.node].label),
        "opened_at": assignment.opened_at.isoformat(),
    }


def _describe_matter(matter: Matter, flow: Flow) -> dict[str, Any]:
    return {
        "matter": matter.pk,
        "version": matter.version,
        "number": matter.number,
        "title": matter.title,
        "kind": matter.kind,
        "kind_name": str(find_kind(matter.kind).title),
        "state_name": say(flow.states[matter.state]),
        "office_name": matter.office.name,
        "urgency": matter.urgency,
        "urgency_name": str(Matter.Urgency(matter.urgency).label),
        "due_on": matter.due_on and matter.due_on.isoformat(),
    }


def _describe_clock(line: ClockLine) -> dict[str, Any]:
    deadline = line.deadline
    return {
        "due_on": deadline.due_on.isoformat(),
        "why": line.why,
        "late": line.late,
        "paused": line.paused,
        "runs": deadline.met_at is None and deadline.dropped_at is None,
    }


def _describe_step(line: TrailLine) -> dict[str, Any]:
    step = line.step
    return {
        "at": step.at.isoformat(),
        "did": line.did,
        "state": line.state,
        "by": str(step.user) if step.user else None,
        "on_behalf_of": str(step.on_behalf_of) if step.on_behalf_of else None,
        "office": step.office.name if step.office else None,
        "remark": step.remark,
    }
