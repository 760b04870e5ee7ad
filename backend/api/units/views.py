"""Units of special equipment: lists, one unit, entering and editing facts, its clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
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
    JSONField,
    PrimaryKeyRelatedField,
    SerializerMethodField,
    ValidationError,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import (
    ETAG_HEADER,
    ETAG_READ_HEADERS,
    IF_MATCH_HEADER,
    require_match,
    respond_with_etag,
)
from backend.api.filters import RegionFilter
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.parsers import check_storable_json
from backend.api.positions import PositionSerializer, RouteSerializer
from backend.api.records.details import EntityField
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.lib.identifiers import device_code
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.actions import edit_unit, register_unit
from backend.units.given_positions import convert_positions
from backend.units.models import Category, Clock, Hold, Unit, UnitStatus
from backend.units.models.unit import UnitQuerySet
from backend.units.register_deadlines import registration_overdue_since
from backend.units.standing import Standing, standing_of
from backend.units.unit_reader import read_unit
from geo.models import Region, within_region_by_city

PARTY_FIELDS = ("using_entity", "owner", "maintainer")


class PartySerializer(Serializer[Any]):
    """An entity by id and name; a natural person's name is masked."""

    id = IntegerField()
    name: Any = SerializerMethodField()

    def get_name(self, entity: LegalEntity) -> str:
        """The name as everybody may see it."""
        return entity.shown_name


class UnitSerializer(ModelSerializer[Unit]):
    """A unit as it stands today."""

    category_name = CharField(source="category.name", read_only=True)
    region_name = CharField(source="region.name", read_only=True)
    using_entity: Any = PartySerializer(read_only=True, allow_null=True)
    owner: Any = PartySerializer(read_only=True, allow_null=True)
    maintainer: Any = PartySerializer(read_only=True, allow_null=True)
    position: Any = PositionSerializer(read_only=True, allow_null=True)
    route: Any = RouteSerializer(read_only=True, allow_null=True)
    standing: Any = SerializerMethodField()
    use_blocked: Any = SerializerMethodField()
    registration_overdue_since: Any = SerializerMethodField()

    class Meta:
        model = Unit
        fields: Any = (
            "id", "device_code", "registration_code", "certificate_no", "category",
            "category_name", "kind", "local_sub_variety", "catalogue_version", "product_name",
            "model", "factory_no", "internal_no", "rescue_no", "parameters", *PARTY_FIELDS, "region",
            "region_name", "address", "position", "route", "source_datum", "source_coordinates",
            "out_of_jurisdiction", "first_used_on", "status", "standing", "registered_on",
            "registration_overdue_since", "use_blocked", "held_from", "last_inspected_on", "last_conclusion", "safety_grade",
            "next_due_on", "own_due_on", "open_defects", "serious_defects", "created_at",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(ChoiceField(choices=Standing.choices))
    def get_standing(self, unit: Unit) -> str:
        """The status word of the unit today."""
        return str(standing_of(unit, clock.today()))

    def get_use_blocked(self, unit: Unit) -> bool:
        """Whether a hold forbids its use today; see ``holds``."""
        return unit.is_held(clock.today())

    @extend_schema_field(DateField(allow_null=True))
    def get_registration_overdue_since(self, unit: Unit) -> Any:
        """Since when it has been used without registration for too long, if it is so."""
        since = registration_overdue_since(unit, clock.today())
        return since.isoformat() if since else None


_SHOWN = UnitSerializer()
"""One for all requests: to make its fields anew costs more than to read a unit and show it."""


class EditSerializer(ModelSerializer[Unit]):
    """The facts of a unit that are entered by hand."""

    using_entity: Any = EntityField(
        queryset=LegalEntity.objects.none(), required=False, allow_null=True
    )
    owner: Any = EntityField(queryset=LegalEntity.objects.none(), required=False, allow_null=True)
    maintainer: Any = EntityField(
        queryset=LegalEntity.objects.none(), required=False, allow_null=True
    )
    position: Any = PositionSerializer(required=False, allow_null=True)
    route: Any = RouteSerializer(required=False, allow_null=True)
    parameters: Any = JSONField(required=False, validators=[check_storable_json])

    class Meta:
        model = Unit
        fields: Any = (
            "device_code", "registration_code", "local_sub_variety", "product_name", "model",
            "factory_no", "internal_no", "rescue_no", "parameters", *PARTY_FIELDS, "address",
            "position", "route", "out_of_jurisdiction", "first_used_on",
        )  # fmt: skip
        extra_kwargs: Any = {"device_code": {"validators": []}}

    def validate_device_code(self, text: str | None) -> str | None:
        """The code in its canonical form; free for this unit when it is edited."""
        if not text:
            return None
        try:
            code = device_code.parse(text).text
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from None
        others = Unit.objects.exclude(pk=self.instance.pk) if self.instance else Unit.objects.none()
        if others.filter(device_code=code).exists():
            raise ValidationError(_("A unit with this device code is in the register already."))
        return code

    def validate_parameters(self, value: Any) -> Any:
        """Refuse parameters that are no object of names and values."""
        if not isinstance(value, dict):
            raise ValidationError(_("Give an object of names and values."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Positions are converted to WGS-84."""
        return convert_positions(attrs)


class EntrySerializer(EditSerializer):
    """The facts to enter a unit with."""

    category: Any = PrimaryKeyRelatedField(
        queryset=Category.objects.all(), pk_field=CharField(max_length=4)
    )
    region: Any = PrimaryKeyRelatedField(
        queryset=Region.objects.defer("boundary", "label_point"),
        pk_field=CharField(max_length=6),
    )

    class Meta(EditSerializer.Meta):
        fields = ("category", "region", *EditSerializer.Meta.fields)


class HoldSerializer(ModelSerializer[Hold]):
    """Why a unit must not be used: from ``since``, which may lie ahead, until before ``until``."""

    text = CharField(source="get_rule_display", read_only=True)

    class Meta:
        model = Hold
        fields: Any = ("rule", "about", "text", "record", "since", "until")
        read_only_fields: Any = fields


class ClockSerializer(ModelSerializer[Clock]):
    """One running clock: ``due_on`` is the last day of the due month, empty after a failure."""

    class Meta:
        model = Clock
        fields: Any = ("kind", "last_on", "due_on", "opens_on", "rule")
        read_only_fields: Any = fields


class UnitFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which units are filtered."""

    region = RegionFilter(field_name="region_id", lies_within=within_region_by_city)
    category = django_filters.CharFilter(field_name="category_id", max_length=4)
    status = django_filters.ChoiceFilter(
        choices=UnitStatus.choices,
        help_text="Units that are gone (dismantled, cancelled, moved out) stand in this list, and"
        " on no map and in no figure",
    )
    due_until = django_filters.DateFilter(field_name="next_due_on", lookup_expr="lte")
    due_from = django_filters.DateFilter(field_name="next_due_on", lookup_expr="gte")
    using_entity = django_filters.NumberFilter(field_name="using_entity_id", min_value=1)
    owner = django_filters.NumberFilter(field_name="owner_id", min_value=1)
    maintainer = django_filters.NumberFilter(field_name="maintainer_id", min_value=1)
    use_blocked = django_filters.BooleanFilter(method="filter_use_blocked")
    search = django_filters.CharFilter(
        method="filter_search", max_length=120, help_text="Part of a number or of the address"
    )

    def filter_search(self, rows: UnitQuerySet, _name: str, text: str) -> UnitQuerySet:
        """The units of which a number or the address holds ``text``; wide letters, blanks,
        brackets and case do not matter."""
        return rows.matching(text)

    def filter_use_blocked(self, rows: UnitQuerySet, _name: str, wanted: bool) -> UnitQuerySet:  # noqa: FBT001
        """The units that must, or must not, be kept from use today."""
        return rows.held(clock.today()) if wanted else rows.not_held(clock.today())

    class Meta:
        model = Unit
        fields: Any = (
            "kind", "out_of_jurisdiction", "device_code", "registration_code",
            "certificate_no",
        )  # fmt: skip


class UnitResource(ListMixin, DetailMixin, Resource[Unit]):
    """The register of units (设备)."""

    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    orders = {
        "-id": ("-id",),
        "id": ("id",),
        "next_due_on": ("next_due_on", "id"),
        "-next_due_on": ("-next_due_on", "-id"),
    }
    chosen_first = True
    lookup_value_converter = "key"
    rights = {"create": (Right.REGISTER_UNIT,), "partial_update": (Right.REGISTER_UNIT,)}

    def visible_rows(self, user: User) -> QuerySet[Unit]:
        """The units of the jurisdiction, or of the entities that the signed-in user acts for."""
        return (
            Unit.objects.visible_to(user)
            .select_related("category", "region", *PARTY_FIELDS)
            .defer("region__boundary", "region__label_point")
        )

    def show_one(self) -> dict[str, Any]:
        """The unit of the path, read without the ORM; raises Http404."""
        self.filter_queryset(Unit.objects.none())  # refuses what a question may not say
        unit = read_unit(signed_in_user(self.request), int(self.kwargs["pk"]))
        if unit is None:
            raise Http404
        return _SHOWN.to_representation(unit)

    def read_unit_document(self, pk: int) -> dict[str, Any]:
        """The unit as it is now, as the answer shows it."""
        data: dict[str, Any] = UnitSerializer(self.get_queryset().get(pk=pk)).data
        return data

    def validate_body(self, make: Callable[..., EditSerializer], *args: Any, **options: Any) -> Any:
        """What the serializer makes of the request's body; raises ValidationError."""
        context = self.get_serializer_context()
        given = make(*args, data=self.request.data, context=context, **options)
        given.is_valid(raise_exception=True)
        return given.validated_data

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER, ETAG_HEADER],
        request=EntrySerializer,
        responses={201: UnitSerializer},
    )
    @making_once()
    def create(self, request: Request) -> Response:
        """Enter a unit; it may not be used before its registration is filed as a record."""
        unit = register_unit(actor=signed_in_user(request), **self.validate_body(EntrySerializer))
        return respond_with_etag(
            request, self.read_unit_document(unit.pk), code=status.HTTP_201_CREATED
        )

    @extend_schema(
        request=EditSerializer(partial=True),
        responses=UnitSerializer,
        parameters=[IF_MATCH_HEADER, ETAG_HEADER],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Edit facts of a unit; needs ``If-Match``. What follows from records is not editable."""
        unit = self.get_object()
        require_match(request, UnitSerializer(unit).data)
        changes = self.validate_body(EditSerializer, unit, partial=True)
        edit_unit(actor=signed_in_user(request), unit=unit, version=unit.version, **changes)
        return respond_with_etag(request, self.read_unit_document(unit.pk))

    @extend_schema(
        operation_id="units_holds",
        parameters=ETAG_READ_HEADERS,
        responses=HoldSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def holds(self, request: Request, pk: str) -> Response:
        """Why the unit must not be used, was not or will not be, by their first day."""
        holds = self.get_object().holds.order_by("since", "id")
        return respond_with_etag(request, HoldSerializer(holds, many=True).data)

    @extend_schema(
        operation_id="units_clocks",
        parameters=ETAG_READ_HEADERS,
        responses=ClockSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def clocks(self, request: Request, pk: str) -> Response:
        """What is due when."""
        clocks = self.get_object().clocks.order_by("due_on", "kind")
        return respond_with_etag(request, ClockSerializer(clocks, many=True).data)
