"""Planned inspections (检验任务): who inspects what on which day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateField, IntegerField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import actor_of
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.shapes import BIGGEST_ID
from backend.inspections.models import Task
from backend.inspections.planning import cancel_task, plan_task
from backend.lib.paging import Order
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import InspectionKind


class TaskSerializer(ModelSerializer[Task]):
    """A task; ``done_by_report`` is empty while it is open."""

    assignee = CharField(source="assignee.username", read_only=True)
    assignee_name = CharField(source="assignee", read_only=True)
    created_by = CharField(read_only=True)

    class Meta:
        model = Task
        fields: Any = (
            "id", "unit", "assignee", "assignee_name", "kind", "planned_on", "note",
            "done_by_report", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class PlanSerializer(Serializer[Any]):
    """What is to be inspected, by whom, when."""

    unit = IntegerField(min_value=1, max_value=BIGGEST_ID)
    assignee = CharField(max_length=150, help_text="The name that the inspector signs in with")
    kind = ChoiceField(choices=InspectionKind.choices)
    planned_on = DateField()
    note = CharField(max_length=400, required=False, allow_blank=True, default="")


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What tasks can be asked for by."""

    open = django_filters.BooleanFilter(field_name="done_by_report", lookup_expr="isnull")
    kind = django_filters.ChoiceFilter(choices=InspectionKind.choices)
    unit = django_filters.NumberFilter(field_name="unit_id", min_value=1, max_value=BIGGEST_ID)
    assignee = django_filters.CharFilter(field_name="assignee__username", max_length=150)
    planned_from = django_filters.DateFilter(field_name="planned_on", lookup_expr="gte")
    planned_to = django_filters.DateFilter(field_name="planned_on", lookup_expr="lte")

    class Meta:
        model = Task
        fields: Any = ()


class TaskResource(ListMixin, DetailMixin, Resource[Task]):
    """Tasks of the reader, and those on units that he sees."""

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, Order]] = {
        "-id": ("-id",),
        "id": ("id",),
        "planned_on": ("planned_on", "id"),
    }
    rights = {"create": (Right.PLAN_WORK,), "destroy": (Right.PLAN_WORK,)}

    def visible(self, user: User) -> QuerySet[Task]:
        """Under the one predicate."""
        return Task.objects.visible_to(user).select_related("assignee", "created_by")

    @extend_schema(request=PlanSerializer, responses={200: TaskSerializer, 201: TaskSerializer})
    def create(self, request: Request) -> Response:
        """Plan an inspection; 200 with the open task where the same is planned already."""
        given = PlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        assignee = User.objects.filter(username=facts.pop("assignee")).first()
        task, new = plan_task(actor=actor_of(request), assignee=assignee, **facts)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(TaskSerializer(task).data, status=code)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take an open task back; 409 once it is done."""
        cancel_task(actor=actor_of(request), task=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
