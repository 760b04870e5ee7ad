"""Duties (值班): who is on duty where and when; swaps of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.calendars.serializers import DutySerializer, DutySwapSerializer, NewSwapSerializer
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.calendars.models import Duty, DutySwap
from backend.calendars.swaps import agree_to_swap, ask_for_swap, refuse_swap
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.paging import Order

_SHOWN = ("roster__office__duty_desk", "shift", "person")


class DutyFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which duties are filtered."""

    office = django_filters.NumberFilter(
        field_name="roster__office", min_value=1, max_value=BIGGEST_ID
    )
    day = django_filters.DateFilter()
    from_day = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    to_day = django_filters.DateFilter(field_name="day", lookup_expr="lte")
    at = django_filters.IsoDateTimeFilter(method="by_instant", label="On duty at this instant")
    leads = django_filters.BooleanFilter()
    mine = django_filters.BooleanFilter(method="by_mine", label="Of the reader")

    class Meta:
        model = Duty
        fields: Any = ()

    def by_instant(self, rows: QuerySet[Duty], _name: str, instant: dt.datetime) -> QuerySet[Duty]:
        """Those that last at ``instant``: who is on duty tonight at ten."""
        return rows.filter(starts_at__lte=instant, ends_at__gt=instant)

    def by_mine(self, rows: QuerySet[Duty], _name: str, wanted: bool) -> QuerySet[Duty]:  # noqa: FBT001
        """Those of the reader, or the others'."""
        mine = {"person": signed_in_user(self.request)}
        return rows.filter(**mine) if wanted else rows.exclude(**mine)


class DutyResource(ListMixin, DetailMixin, Resource[Duty]):
    """The duties of the published rosters that the signed-in user sees."""

    queryset = Duty.objects.all()
    serializer_class = DutySerializer
    filterset_class = DutyFilter
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, Order]] = {"day": ("day", "id"), "-day": ("-day", "-id")}

    def visible_rows(self, user: User) -> QuerySet[Duty]:
        """Those that ``user`` sees."""
        return Duty.objects.visible_to(user).select_related(*_SHOWN)

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=NewSwapSerializer,
        responses={201: DutySwapSerializer},
    )
    @action(detail=True, methods=["post"])
    @making_once()
    def swaps(self, request: Request, pk: str) -> Response:
        """Ask whoever has another duty to take this one of one's own for it."""
        given = NewSwapSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        swap = ask_for_swap(actor=signed_in_user(request), duty=int(pk), **given.validated_data)
        return Response(DutySwapSerializer(swap).data, status=status.HTTP_201_CREATED)


class DutySwapResource(ListMixin, DetailMixin, Resource[DutySwap]):
    """The swaps that the signed-in user asked for or is asked."""

    queryset = DutySwap.objects.all()
    serializer_class = DutySwapSerializer
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[DutySwap]:
        """Those that ``user`` sees."""
        shown = (f"{which}__{what}" for which in ("given", "taken") for what in _SHOWN)
        return DutySwap.objects.visible_to(user).select_related(*shown)

    @extend_schema(request=None, responses=DutySwapSerializer)
    @action(detail=True, methods=["post"])
    def agreement(self, request: Request, pk: str) -> Response:
        """Change the two duties, as who is asked."""
        return self._answer(request, pk, agree_to_swap)

    @extend_schema(request=None, responses=DutySwapSerializer)
    @action(detail=True, methods=["post"])
    def refusal(self, request: Request, pk: str) -> Response:
        """Keep the duties as they are, as who is asked; or take back what one asked."""
        return self._answer(request, pk, refuse_swap)

    def _answer(self, request: Request, pk: str, answer: Callable[..., DutySwap]) -> Response:
        answer(actor=signed_in_user(request), swap=int(pk))
        return Response(self.show_one())
