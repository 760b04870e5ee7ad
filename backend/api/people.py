"""People, always masked; unmasked only with a reason that is kept."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.entities import DisclosureSerializer
from backend.api.etags import ETAG_HEADER, respond_with_etag
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.records.details import EntityField
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.actions import create_person, disclose_person
from backend.directory.masking import masked_person_facts
from backend.directory.models import LegalEntity, Person
from backend.lib.serializers import ModelSerializer, Serializer


class PersonSerializer(ModelSerializer[Person]):
    """A person, masked."""

    class Meta:
        model = Person
        fields: Any = ("id", "name", "resident_id", "phone", "employer")
        read_only_fields: Any = fields

    def to_representation(self, instance: Person) -> dict[str, Any]:
        """The facts as the REST interface shows them to everybody: masked."""
        return super().to_representation(instance) | masked_person_facts(instance)


class PersonEntrySerializer(Serializer[Any]):
    """Somebody to enter, with his employer."""

    name = CharField(max_length=60)
    resident_id = CharField(max_length=40, default="", allow_blank=True)
    phone = CharField(max_length=40, default="", allow_blank=True)
    employer: Any = EntityField(queryset=LegalEntity.objects.none())


class PersonFactsSerializer(Serializer[Any]):
    """The facts unmasked."""

    name = CharField()
    resident_id = CharField(allow_null=True)
    phone = CharField(allow_blank=True)


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which people are filtered; the name counts as a whole only."""

    name = django_filters.CharFilter(max_length=60)
    employer = django_filters.NumberFilter(field_name="employer_id", min_value=1)

    class Meta:
        model = Person
        fields: Any = ()


class PersonResource(ListMixin, DetailMixin, Resource[Person]):
    """Safety officers, operators, inspectors."""

    queryset = Person.objects.all()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    lookup_value_converter = "key"
    rights = {"create": (Right.MANAGE_DIRECTORY,), "disclosures": (Right.SEE_PERSONAL_DATA,)}

    def visible_rows(self, user: User) -> QuerySet[Person]:
        """The people employed in the jurisdiction, or by the entities that the signed-in user
        acts for."""
        return Person.objects.visible_to(user)

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER, ETAG_HEADER],
        request=PersonEntrySerializer,
        responses={201: PersonSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Enter a person; the answer is masked already."""
        given = PersonEntrySerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        person = create_person(actor=signed_in_user(request), **given.validated_data)
        return respond_with_etag(
            request, PersonSerializer(person).data, code=status.HTTP_201_CREATED
        )

    @extend_schema(request=DisclosureSerializer, responses=PersonFactsSerializer)
    @action(detail=True, methods=["post"])
    def disclosures(self, request: Request, pk: str) -> Response:
        """Look at a person's facts unmasked; the look is kept."""
        given = DisclosureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = disclose_person(
            actor=signed_in_user(request), person=self.get_object(), **given.validated_data
        )
        return Response(facts, headers={"Cache-Control": "no-store"})
