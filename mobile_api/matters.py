"""What waits for somebody, and one matter with all that a decision on a phone needs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.flows.versions import read_version
from backend.lib.conditional_reads import ETAG_READ_HEADERS, respond_with_etag
from backend.matters.enclosures import list_enclosures
from backend.matters.inbox import DUE_FIRST, assignments_to_do
from backend.matters.labels import label_in_language
from backend.matters.told import ClockLine, TrailLine, tell_clocks, tell_trail
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.matter_rows import describe_assignment, describe_matter
from mobile_api.matter_serializers import AssignmentPageShape, MatterShape
from mobile_api.offers import describe_choices, describe_offers
from mobile_api.pages import read_page
from mobile_api.passings import describe_passings
from mobile_api.shown_facts import read_facts
from mobile_api.visible_matters import get_visible_matter


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
        rows = assignments_to_do(signed_in_user(request)).select_related("matter__office")
        page = read_page(self, request, rows)
        told = [describe_assignment(assignment) for assignment in page.rows]
        return respond_with_etag(request, {"results": told, "next": page.next})


class MatterView(DeviceView):
    """``GET matters/<id>``."""

    @extend_schema(operation_id="mobile_matter", responses=MatterShape)
    def get(self, request: Request, matter: int) -> Response:
        """A matter that the user sees: facts, deadlines, trail, files, and what he may decide now."""
        user = signed_in_user(request)
        found = get_visible_matter(user, matter)
        flow = read_version(found.flow_id)
        offers = describe_offers(user, found, flow)
        told = {
            "received_at": found.received_at.isoformat(),
            "outcome_name": label_in_language(flow.outcomes[found.outcome])
            if found.outcome
            else "",
            "facts": read_facts(request._request, found),
            "deadlines": [_describe_clock(line) for line in tell_clocks(found)],
            "trail": [_describe_step(line) for line in tell_trail(found, flow)],
            "enclosures": [
                {"key": one.key, "title": one.title, "media_type": one.media_type}
                for one in list_enclosures(user, found)
            ],
            "decisions": offers,
            "passings": describe_passings(user, found),
            "choices": describe_choices(user, found, offers),
            "page": reverse("web:matter", args=[found.pk]),
        }
        return Response(describe_matter(found, flow) | told)


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
