"""Legal entities: natural persons are masked, and unmasked only with a reason that is kept."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, PrimaryKeyRelatedField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.filters import RegionFilter
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.actions import create_entity, disclose_entity, update_entity
from backend.directory.masking import entity_facts_for_anybody
from backend.directory.models import LegalEntity
from backend.lib.serializers import ModelSerializer, Serializer
from geo.models import Region


class EntitySerializer(ModelSerializer[LegalEntity]):
    """A legal entity, or a natural person who acts as one (then masked)."""

    region: Any = PrimaryKeyRelatedField(
        queryset=Region.objects.defer("boundary", "label_point"),
        pk_field=CharField(max_length=6),
    )

    reason = CharField(
        max_length=200,
        required=False,
        write_only=True,
        help_text="Why a natural person is to be shown as none; kept as a look",
    )

    class Meta:
        model = LegalEntity
        fields: Any = (
            "id", "name", "uscc", "organisation_code", "natural_person", "region", "address",
            "phone", "reason",
        )  # fmt: skip
        extra_kwargs: Any = {"uscc": {"validators": []}}

    def to_representation(self, instance: LegalEntity) -> dict[str, Any]:
        """The facts as the REST interface shows them to everybody: a natural person's are
        masked."""
        return super().to_representation(instance) | entity_facts_for_anybody(instance)


class DisclosureSerializer(Serializer[Any]):
    """Why the data is needed; kept with the name of who looked."""

    reason = CharField(max_length=200)


class EntityFactsSerializer(Serializer[Any]):
    """The facts unmasked."""

    name = CharField()
    uscc = CharField(allow_null=True)
    address = CharField(allow_blank=True)
    phone = CharField(allow_blank=True)


class EntityFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which entities are filtered.

    A natural person answers to the whole name only and never to a number, so that nobody finds
    out letter by letter what is masked.
    """

    region = RegionFilter(field_name="region_id")
    name = django_filters.CharFilter(
        method="filter_name", max_length=120, label="Beginning of the name"
    )
    uscc = django_filters.CharFilter(method="filter_uscc", max_length=18, label="USCC")

    class Meta:
        model = LegalEntity
        fields: Any = ("natural_person",)

    def filter_name(
        self, rows: QuerySet[LegalEntity], name: str, text: str
    ) -> QuerySet[LegalEntity]:
        """The entities whose name begins with ``text``, and the natural people of exactly this
        name."""
        return rows.filter(Q(name=text) | Q(name__startswith=text, natural_person=False))

    def filter_uscc(
        self, rows: QuerySet[LegalEntity], name: str, text: str
    ) -> QuerySet[LegalEntity]:
        """The entity with this unified social credit code; no natural person."""
        return rows.filter(uscc=text.upper(), natural_person=False)


class EntityResource(ListMixin, DetailMixin, Resource[LegalEntity]):
    """The legal-entity library (法人单位基础信息库)."""

    queryset = LegalEntity.objects.all()
    serializer_class = EntitySerializer
    filterset_class = EntityFilter
    lookup_value_converter = "key"
    rights = {
        "create": (Right.MANAGE_DIRECTORY,),
        "partial_update": (Right.MANAGE_DIRECTORY,),
        "disclosures": (Right.SEE_PERSONAL_DATA,),
    }

    def visible_rows(self, user: User) -> QuerySet[LegalEntity]:
        """The entities of the jurisdiction, or those that the signed-in user acts for."""
        return LegalEntity.objects.visible_to(user)

    @extend_schema(parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER, ETAG_HEADER])
    @making_once()
    def create(self, request: Request) -> Response:
        """Enter an entity."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = replace_region_by_id(given.validated_data)
        facts.pop("reason", None)
        entity = create_entity(actor=signed_in_user(request), **facts)
        return respond_with_etag(
            request, EntitySerializer(entity).data, code=status.HTTP_201_CREATED
        )

    @extend_schema(parameters=[IF_MATCH_HEADER, ETAG_HEADER])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change facts of an entity; needs ``If-Match``."""
        entity = self.get_object()
        given = self.get_serializer(entity, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = update_entity(
            actor=signed_in_user(request),
            entity=entity,
            check_unchanged=lambda row: require_match(request, EntitySerializer(row).data),
            **replace_region_by_id(given.validated_data),
        )
        return respond_with_etag(request, EntitySerializer(changed).data)

    @extend_schema(request=DisclosureSerializer, responses=EntityFactsSerializer)
    @action(detail=True, methods=["post"])
    def disclosures(self, request: Request, pk: str) -> Response:
        """Look at an entity's facts unmasked; the look is kept."""
        given = DisclosureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = disclose_entity(
            actor=signed_in_user(request), entity=self.get_object(), **given.validated_data
        )
        return Response(facts, headers={"Cache-Control": "no-store"})


def replace_region_by_id(values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with the region by its key, as the actions take it."""
    rest = dict(values)
    region = rest.pop("region", None)
    return rest | {"region_id": region.pk} if region is not None else rest
