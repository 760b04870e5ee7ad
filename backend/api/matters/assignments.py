"""The inbox (待办, 超期, 已办): what waits for the signed-in user, and what he did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ChoiceField, IntegerField

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.matters.bodies import (
    HandOverBody,
    SignerBody,
    read_body,
    read_sending,
)
from backend.api.matters.serializers import InboxSerializer
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.matters.views import CHANGE_HEADERS
from backend.api.query_params import read_query_params
from backend.api.resources import Resource
from backend.lib.paging import Order
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer
from backend.matters.choices import get_person_signing_in_as
from backend.matters.hand_overs import (
    add_signer,
    claim_assignment,
    hand_over,
    release_assignment,
)
from backend.matters.inbox import assignments_to_do, count_inbox, done_of, overdue_of
from backend.matters.models import Assignment, Matter
from backend.matters.unattended import unattended_for

_LISTS: dict[str, Callable[[User], QuerySet[Assignment]]] = {
    "todo": assignments_to_do,
    "overdue": overdue_of,
    "done": done_of,
    "unattended": unattended_for,
}


class ListQuery(Serializer[Any]):
    """Which list of the inbox."""

    list = ChoiceField(choices=list(_LISTS), required=False, default="todo")


class CountsSerializer(Serializer[Any]):
    """How much stands in each list."""

    todo = IntegerField()
    overdue = IntegerField()
    done = IntegerField()
    started = IntegerField()


class AssignmentResource(Resource[Assignment]):
    """Assignments of the signed-in user, of his roles, and of those whom he substitutes."""

    queryset = Assignment.objects.all()
    serializer_class = InboxSerializer
    lookup_value_converter = "key"
    chosen_first = True
    orders: ClassVar[Mapping[str, Order]] = {
        "due_on": ("due_on", "id"),
        "-id": ("-id",),
    }

    @extend_schema(parameters=[OpenApiParameter("list", enum=list(_LISTS), default="todo")])
    def list(self, request: Request) -> Response:
        """One list of the inbox: what is overdue stands first, what has no day last.

        ``unattended`` is what waits, in offices that one leads or is a clerk of, for somebody away.
        """
        asked = read_query_params(request, ListQuery)
        rows = _LISTS[asked["list"]](signed_in_user(request))
        return self.page_of(rows.select_related("matter", "office", "person"))

    @extend_schema(responses=CountsSerializer)
    @action(detail=False)
    def counts(self, request: Request) -> Response:
        """How much stands in each list."""
        refuse_unknown(request, frozenset())
        return Response(count_inbox(signed_in_user(request))._asdict())

    @extend_schema(request=None, parameters=CHANGE_HEADERS, responses=InboxSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Take what all with the role may take; If-Match names the version of its matter."""
        return self._change(request, pk, claim_assignment)

    @extend_schema(request=None, parameters=CHANGE_HEADERS, responses=InboxSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Let all with the role take it again."""
        return self._change(request, pk, release_assignment)

    @extend_schema(request=HandOverBody, parameters=CHANGE_HEADERS, responses=InboxSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """Let another do it, who holds such a post in the office; by whoever has it or leads there."""
        facts = read_body(request, HandOverBody)
        to = get_person_signing_in_as(facts.pop("person"), "person")
        return self._change(request, pk, hand_over, to=to, **facts)

    @extend_schema(request=SignerBody, parameters=CHANGE_HEADERS, responses=InboxSerializer)
    @action(detail=True, methods=["post"])
    def signers(self, request: Request, pk: str) -> Response:
        """Have one more asked, before oneself or right after, where the flow allows it."""
        facts = read_body(request, SignerBody)
        person = get_person_signing_in_as(facts.pop("person"), "person")
        return self._change(request, pk, add_signer, person=person, **facts)

    def _change(
        self, request: Request, pk: str, change: Callable[..., Any], **facts: Any
    ) -> Response:
        """Change an assignment of a matter that the user sees, and answer with it as it is then."""
        user = signed_in_user(request)
        seen = Matter.objects.visible_to(user).values("pk")
        rows = Assignment.objects.select_related("matter", "office", "person")
        found = get_object_or_404(rows, pk=pk, matter__in=seen)
        version, sending = read_version(request, found.matter_id), read_sending(request)
        change(actor=user, assignment=int(pk), version=version, sending=sending, **facts)
        now = rows.get(pk=pk)
        return respond_with_version(now.matter, self.get_serializer(now).data)
