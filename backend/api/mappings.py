"""Mappings for tables of other programs (表格对应关系), and a trial of a table."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    ListField,
    SlugField,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.positions import DATUMS
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.exchange.kept_mappings import end_mapping, keep_mapping
from backend.exchange.mapping import Mapping
from backend.exchange.models import KeptMapping
from backend.lib.serializers import Serializer
from geo.datum import Datum

_TITLE_LENGTH = 120


class MappingSerializer(Serializer[Any]):
    """Which column of the table is which of ours, and which word which category."""

    id = IntegerField(read_only=True)
    name = SlugField(max_length=60)
    title = CharField(max_length=_TITLE_LENGTH, source="document.title")
    columns: Any = DictField(
        child=CharField(max_length=_TITLE_LENGTH),
        source="document.columns",
        help_text="By our field, as in the template, the title that the table has",
    )
    categories: Any = DictField(
        child=CharField(max_length=4),
        source="document.categories",
        required=False,
        help_text="By the table's word, the code of the variety",
    )
    datum: Any = ChoiceField(choices=DATUMS, source="document.datum", default=Datum.WGS84.value)
    region = CharField(
        max_length=6,
        source="document.region",
        required=False,
        allow_blank=True,
        help_text="The county of every row, where the table has no column of it",
    )
    foreign = BooleanField(
        source="document.foreign", default=False, help_text="Positions are kept and not placed"
    )
    made_by = CharField(read_only=True)


class TriedRowSerializer(Serializer[Any]):
    """A row that would not be taken."""

    line = IntegerField()
    column = CharField()
    reason = CharField()


class TrialSerializer(Serializer[Any]):
    """What would become of the first rows."""

    table: Any = DictField(help_text="How the file was read, and what of it was not")
    columns: Any = DictField(child=CharField(), help_text="By our field, the title found")
    good = IntegerField()
    bad: Any = ListField(child=TriedRowSerializer())


class MappingResource(ListMixin, DetailMixin, Resource[KeptMapping]):
    """Mappings that somebody of the jurisdiction made."""

    queryset = KeptMapping.objects.all()
    serializer_class = MappingSerializer
    lookup_value_converter = "key"
    rights = dict.fromkeys(("list", "retrieve", "create", "destroy"), (Right.IMPORT_UNITS,))

    def visible_rows(self, user: User) -> QuerySet[KeptMapping]:
        """The mappings in use in the jurisdiction."""
        return KeptMapping.objects.visible_to(user).select_related("made_by")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=MappingSerializer,
        responses={201: MappingSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Keep a mapping; try a table with it at ``imports/trial``."""
        given = MappingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        mapping = Mapping(**facts["document"])
        kept = keep_mapping(actor=signed_in_user(request), name=facts["name"], mapping=mapping)
        return Response(MappingSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Use it for no further import; what goes on reads by it to its end."""
        end_mapping(actor=signed_in_user(request), mapping=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
