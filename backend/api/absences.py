"""Absences (请假外出): one's own, and those of the people in one's offices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
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

from backend.absences.actions import end_absence, enter_absence
from backend.absences.models import Absence
from backend.absences.reasons import all_reasons
from backend.absences.stand_ins import stand_ins_of, with_stand_ins
from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer


class StandInSerializer(Serializer[Any]):
    """A post of who is away, and who does its work on some of the days; null for nobody."""

    post = IntegerField()
    office_name = CharField()
    role = CharField()
    substitute = IntegerField(allow_null=True)
    name = CharField(allow_null=True)
    starts_on = DateField(allow_null=True)
    ends_on = DateField(allow_null=True)


class AbsenceSerializer(ModelSerializer[Absence]):
    """Who is away from when to when, why, and who stands in for each of his posts."""

    name = CharField(source="person", read_only=True)
    reason_label = CharField(read_only=True)
    made_by = CharField(read_only=True)
    stand_ins = SerializerMethodField()

    class Meta:
        model = Absence
        fields: Any = (
            "id", "person", "name", "reason", "reason_label", "starts_on", "ends_on", "stand_ins",
            "made_by", "made_at",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(StandInSerializer(many=True))
    def get_stand_ins(self, absence: Absence) -> list[dict[str, Any]]:
        """Each post with its substitute."""
        return [
            {
                "post": post.pk,
                "office_name": post.office.name,
                "role": post.role,
                "substitute": lent and lent.substitute_id,
                "name": lent and str(lent.substitute),
                "starts_on": lent and lent.starts_on,
                "ends_on": lent and lent.ends_on,
            }
            for post, lent in stand_ins_of(absence)
        ]


class ChosenSubstituteSerializer(Serializer[Any]):
    """Who shall do the work of a post; null for nobody."""

    post = IntegerField(min_value=1, max_value=BIGGEST_ID)
    substitute = IntegerField(min_value=1, max_value=BIGGEST_ID, allow_null=True)


class AbsenceEntrySerializer(Serializer[Any]):
    """Who will be away, and who stands in; for a post that is not named whoever did so last."""

    person = IntegerField(
        min_value=1, max_value=BIGGEST_ID, required=False, help_text="Else the signed-in user"
    )
    starts_on = DateField()
    ends_on = DateField(help_text="The last day")
    reason = ChoiceField(choices=list(all_reasons()))
    substitutes = ChosenSubstituteSerializer(many=True, default=list, max_length=50)  # type: ignore[call-arg]


class AbsenceFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What absences can be asked for by."""

    on = django_filters.DateFilter(method="filter_on", label="Away on this day")
    person = django_filters.NumberFilter(field_name="person_id", min_value=1, max_value=BIGGEST_ID)
    reason = django_filters.ChoiceFilter(choices=[(code, code) for code in all_reasons()])

    class Meta:
        model = Absence
        fields: Any = ()

    def filter_on(self, rows: QuerySet[Absence], _name: str, day: dt.date) -> QuerySet[Absence]:
        """Those in whose days ``day`` lies."""
        return rows.filter(starts_on__lte=day, ends_on__gte=day)


class AbsenceResource(ListMixin, DetailMixin, Resource[Absence]):
    """Who is away."""

    queryset = Absence.objects.all()
    serializer_class = AbsenceSerializer
    filterset_class = AbsenceFilter
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Absence]:
        """Those that ``user`` may see."""
        return with_stand_ins(Absence.objects.visible_to(user))

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=AbsenceEntrySerializer,
        responses={201: AbsenceSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Enter that somebody will be away: oneself, or somebody whose account one keeps."""
        given = AbsenceEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts, user = given.validated_data, signed_in_user(request)
        chosen = {one["post"]: one["substitute"] for one in facts.pop("substitutes")}
        person = facts.pop("person", user.pk)
        made = enter_absence(actor=user, person=person, substitutes=chosen, **facts).absence
        shown = with_stand_ins(Absence.objects.filter(pk=made.pk)).get()
        return Response(AbsenceSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def ending(self, request: Request, pk: str) -> Response:
        """Enter that he is back today; one that has not begun is taken back."""
        end_absence(actor=signed_in_user(request), absence=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
