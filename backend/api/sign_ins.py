"""Tries to sign in, for auditors (登录日志)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from backend.accounts.models import SignIn, User
from backend.accounts.rights import Right, jurisdiction_filter_empty_as_province
from backend.api.resources import ListMixin, Resource
from backend.lib.serializers import ModelSerializer


class SignInSerializer(ModelSerializer[SignIn]):
    """One try, failed or not; ``user`` is null where nobody has the name."""

    user_name = CharField(source="user", allow_null=True, read_only=True)

    class Meta:
        model = SignIn
        fields: Any = ("id", "at", "username", "user", "user_name", "address", "door", "outcome")
        read_only_fields: Any = fields


class SignInFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which tries to sign in are filtered."""

    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = SignIn
        fields: Any = ("username", "address", "door", "outcome")


class SignInResource(ListMixin, Resource[SignIn]):
    """Tries to sign in, newest first."""

    queryset = SignIn.objects.all()
    serializer_class = SignInSerializer
    filterset_class = SignInFilter
    rights = {"list": (Right.READ_SIGN_INS,)}

    def visible_rows(self, user: User) -> QuerySet[SignIn]:
        """The tries of the people of the jurisdiction; names that nobody has are the province's."""
        return SignIn.objects.filter(
            jurisdiction_filter_empty_as_province(
                user, "user__region_id", right=Right.READ_SIGN_INS
            )
        ).select_related("user")

    def list(self, request: Request, **kwargs: Any) -> Response:
        """One page; no cache keeps it."""
        answer = super().list(request, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer
