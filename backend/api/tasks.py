"""Planned inspections (检验任务): who inspects what on which day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    IntegerField,
    SerializerMethodField,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.inspections.models import OPEN, Task
from backend.inspections.planned_tasks import announce_task, cancel_task, move_task, plan_task
from backend.lib.paging import Order
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import InspectionKind


class TaskSerializer(ModelSerializer[Task]):
    """A task; it is open while ``done_by_report`` and ``cancelled_at`` are empty."""

    note: Any = SerializerMethodField(help_text="Empty to who acts for an enterprise")
    assignee = CharField(source="assignee.username", read_only=True)
    assignee_name = CharField(source="assignee", read_only=True)
    created_by = CharField(read_only=True)

    class Meta:
        model = Task
        fields: Any = (
            "id", "unit", "assignee", "assignee_name", "kind", "planned_on", "note",
            "done_by_report", "created_by", "created_at", "announced_at", "cancelled_at",
            "cancel_reason",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_note(self, task: Task) -> str:
        """What is noted for who goes."""
        return task.note_for(signed_in_user(self.context["request"]))


class PlanSerializer(Serializer[Any]):
    """What is to be inspected, by whom, when."""

    unit = IntegerField(min_value=1, max_value=BIGGEST_ID)
    assignee = CharField(max_length=150, help_text="The name that the inspector signs in with")
    kind = ChoiceField(choices=InspectionKind.choices)
    planned_on = DateField()
    note = CharField(max_length=400, required=False, allow_blank=True, default="")


class MoveSerializer(Serializer[Any]):
    """The day and the inspector from now on; what is left out stays."""

    assignee = CharField(max_length=150, required=False)
    planned_on = DateField(required=False)


class CancellationSerializer(Serializer[Any]):
    """Why the task is taken back."""

    reason = CharField(max_length=400)


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which tasks are filtered."""

    open = django_filters.BooleanFilter(method="by_open")
    kind = django_filters.ChoiceFilter(choices=InspectionKind.choices)
    unit = django_filters.NumberFilter(field_name="unit_id", min_value=1, max_value=BIGGEST_ID)
    assignee = django_filters.CharFilter(field_name="assignee__username", max_length=150)
    created_by = django_filters.CharFilter(field_name="created_by__username", max_length=150)
    planned_from = django_filters.DateFilter(field_name="planned_on", lookup_expr="gte")
    planned_to = django_filters.DateFilter(field_name="planned_on", lookup_expr="lte")

    class Meta:
        model = Task
        fields: Any = ()

    def by_open(self, rows: QuerySet[Task], _name: str, wanted: bool) -> QuerySet[Task]:  # noqa: FBT001
        """Those still to be done, or those that are not."""
        return rows.filter(**OPEN) if wanted else rows.exclude(**OPEN)


class TaskResource(ListMixin, DetailMixin, Resource[Task]):
    """Tasks of the signed-in user, and those on units that he sees."""

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, Order]] = {
        "-id": ("-id",),
        "id": ("id",),
        "planned_on": ("planned_on", "id"),
    }
    rights = dict.fromkeys(
        ("create", "partial_update", "announcement", "cancellation"), (Right.PLAN_WORK,)
    )

    def visible_rows(self, user: User) -> QuerySet[Task]:
        """The tasks that ``user`` may see."""
        return Task.objects.visible_to(user).select_related("assignee", "created_by")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=PlanSerializer,
        responses={200: TaskSerializer, 201: TaskSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Plan an inspection; 200 with the open task where the same is planned already."""
        given = PlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        assignee = User.objects.filter(username=facts.pop("assignee")).first()
        task, new = plan_task(actor=signed_in_user(request), assignee=assignee, **facts)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(self.get_serializer(task).data, status=code)

    @extend_schema(
        request=MoveSerializer, parameters=[IF_MATCH_HEADER, ETAG_HEADER], responses=TaskSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Bring an open task to another day or inspector; 409 where it is open no longer."""
        given = MoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            task = self.lock_one(pk)
            require_match(request, self.get_serializer(task).data)
            day = given.validated_data.get("planned_on", task.planned_on)
            name = given.validated_data.get("assignee", task.assignee.username)
            who = User.objects.filter(username=name).first()
            move_task(actor=signed_in_user(request), task=task.pk, assignee=who, planned_on=day)
        return respond_with_etag(request, self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def announcement(self, request: Request, pk: str) -> Response:
        """Let the enterprise see it; 409 where it is open no longer."""
        task = announce_task(actor=signed_in_user(request), task=int(pk))
        return Response(self.get_serializer(task).data)

    @extend_schema(request=CancellationSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def cancellation(self, request: Request, pk: str) -> Response:
        """Take an open task back, with the reason; 409 once it is done."""
        given = CancellationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task = cancel_task(actor=signed_in_user(request), task=int(pk), **given.validated_data)
        return Response(self.get_serializer(task).data)
