"""Who looked at whose data, for auditors."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateTimeField, IntegerField

from backend.accounts.models import User
from backend.api.resources import ListMixin, Resource
from backend.directory.looks import count_looks_by_person
from backend.directory.models import PersonalDataLook
from backend.lib.serializers import ModelSerializer, Serializer

_MAX_ROWS = 500


class LookSerializer(ModelSerializer[PersonalDataLook]):
    """One look; whose data is told by number alone."""

    username = CharField(source="user.username", read_only=True)

    class Meta:
        model = PersonalDataLook
        fields: Any = ("id", "at", "user", "username", "person", "entity", "account", "reason")
        read_only_fields: Any = fields


class LookCountSerializer(Serializer[Any]):
    """How often somebody looked."""

    user = IntegerField()
    username = CharField()
    region = CharField(allow_null=True)
    looks = IntegerField()
    people = IntegerField(help_text="Different people looked at")
    entities = IntegerField(help_text="Different entities looked at")
    accounts = IntegerField(help_text="Different colleagues looked at")
    last_at = DateTimeField()


class LookFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which looks are filtered."""

    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    username = django_filters.CharFilter(field_name="user__username", max_length=150)

    class Meta:
        model = PersonalDataLook
        fields: Any = ()


class LookResource(ListMixin, Resource[PersonalDataLook]):
    """Looks at personal data: one's own; to auditors, those of their jurisdiction."""

    queryset = PersonalDataLook.objects.all()
    serializer_class = LookSerializer
    filterset_class = LookFilter

    def visible_rows(self, user: User) -> QuerySet[PersonalDataLook]:
        """The user's own looks; to auditors, those of their jurisdiction."""
        return PersonalDataLook.objects.visible_to(user).select_related("user")

    @extend_schema(
        operation_id="looks_counts", responses=LookCountSerializer(many=True), filters=True
    )
    @action(detail=False, pagination_class=None)
    def counts(self, request: Request) -> Response:
        """The same by who looked, most looks first; at most 500."""
        rows = count_looks_by_person(self.filter_queryset(self.get_queryset()))[:_MAX_ROWS]
        return Response(LookCountSerializer(rows, many=True).data)
