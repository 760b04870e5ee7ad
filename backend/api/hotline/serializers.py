"""How matters of the hotline, their figures and looks at their reporters are told."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    IntegerField,
    ListField,
)

from backend.fieldwork.serializers import BIGGEST_ID
from backend.hotline.letters import Letter
from backend.hotline.models import Channel, Cluster, HotlineMatter, Nature, ReporterLook
from backend.hotline.product_categories import product_category_choices
from backend.hotline.sealed_identity import Identity
from backend.lib import clock
from backend.lib.problems import Refused
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.models import Office
from backend.units.models import Unit

_MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}
_OPTIONAL: dict[str, Any] = {"required": False, "allow_blank": True, "default": ""}


class HotlineFacts(ModelSerializer[HotlineMatter]):
    """The columns of the kind; who told it is in none of them."""

    class Meta:
        model = HotlineMatter
        fields: Any = (
            "nature", "account", "demand", "important", "against_name", "against_address",
            "against_phone", "against_uscc", "against_office", "product_name",
            "product_category", "product_model", "brand", "batch", "quantity", "goods_value",
            "bought_on", "bought_at", "known_since", "position", "address", "recovered",
            "recovered_on_revisit", "fined", "substantiated", "substantiated_on", "revisited_at",
            "satisfied", "spam", "answer",
        )  # fmt: skip
        read_only_fields: Any = fields


class ReporterSerializer(Serializer[Any]):
    """Who tells it. Sealed at once; no answer has it but that to who has the right and says why."""

    name = CharField(max_length=40, **_OPTIONAL)
    sex = CharField(max_length=1, **_OPTIONAL)
    phone = CharField(max_length=30, **_OPTIONAL)
    address = CharField(max_length=200, **_OPTIONAL)
    postcode = CharField(max_length=6, **_OPTIONAL)
    resident_id = CharField(max_length=18, **_OPTIONAL)
    agent = CharField(max_length=40, **_OPTIONAL)


class FoundReporterSerializer(ReporterSerializer):
    """Who told it, with his own words where those of the matter are starred out."""

    account = CharField(read_only=True)
    demand = CharField(read_only=True)


class LetterSerializer(Serializer[Any]):
    """What was told in one go. Two natures become two matters (domain rule 22)."""

    natures = ListField(child=ChoiceField(choices=Nature.choices), min_length=1, max_length=6)
    channel = ChoiceField(choices=Channel.choices, default=Channel.PHONE)
    account = CharField(max_length=4000)
    demand = CharField(max_length=1000, **_OPTIONAL)
    important = BooleanField(required=False, default=False)
    against_name = CharField(max_length=120, **_OPTIONAL)
    against_address = CharField(max_length=200, **_OPTIONAL)
    against_phone = CharField(max_length=30, **_OPTIONAL)
    against_uscc = CharField(max_length=18, **_OPTIONAL)
    against_office = IntegerField(
        min_value=1,
        max_value=BIGGEST_ID,
        required=False,
        allow_null=True,
        default=None,
        help_text="Number of the office whose conduct it is about",
    )
    product_name = CharField(max_length=80, **_OPTIONAL)
    product_category = ChoiceField(choices=product_category_choices(), **_OPTIONAL)
    product_model = CharField(max_length=80, **_OPTIONAL)
    brand = CharField(max_length=80, **_OPTIONAL)
    batch = CharField(max_length=80, **_OPTIONAL)
    quantity = CharField(max_length=40, **_OPTIONAL)
    goods_value = DecimalField(min_value=0, required=False, allow_null=True, default=None, **_MONEY)
    bought_on = DateField(required=False, allow_null=True, default=None)
    bought_at = CharField(max_length=200, **_OPTIONAL)
    known_since = DateField(required=False, allow_null=True, default=None)
    address = CharField(max_length=200, **_OPTIONAL)
    lng = FloatField(min_value=-180, max_value=180, required=False, allow_null=True, default=None)
    lat = FloatField(min_value=-90, max_value=90, required=False, allow_null=True, default=None)
    region = CharField(max_length=6, **_OPTIONAL)
    unit = IntegerField(
        min_value=1, max_value=BIGGEST_ID, required=False, allow_null=True, default=None
    )
    reporter = ReporterSerializer(required=False)
    confidential = BooleanField(required=False, default=True)

    def letter(self, key: uuid.UUID, units: Any) -> Letter:
        """The letter; raises Refused 422 for a unit that is none of ``units``."""
        told = dict(self.validated_data)
        lng, lat = told.pop("lng"), told.pop("lat")
        return Letter(
            key=key,
            natures=tuple(dict.fromkeys(map(Nature, told.pop("natures")))),
            channel=Channel(told.pop("channel")),
            account=told.pop("account"),
            demand=told.pop("demand"),
            region=told.pop("region"),
            reporter=Identity(**told.pop("reporter", {})),
            confidential=told.pop("confidential"),
            position=None if lng is None or lat is None else Point(lng, lat, srid=4326),
            unit=_find_unit(told.pop("unit"), units),
            facts=told | {"against_office": _find_office(told["against_office"])},
        )


def _find_unit(number: int | None, units: Any) -> Unit | None:
    if number is None:
        return None
    found: Unit | None = units.filter(pk=number).first()
    if found is None:
        raise Refused("unit-unknown", _("There is no such unit for you."), field="unit")
    return found


def _find_office(number: int | None) -> Office | None:
    if number is None:
        return None
    found = Office.objects.in_force(clock.today()).filter(pk=number).first()
    if found is None:
        raise Refused("office-unknown", _("There is no such office."), field="against_office")
    return found


class ReceiptSerializer(Serializer[Any]):
    """One matter that was opened: its number, and the code that the caller is told to follow it by."""

    matter = IntegerField()
    number = CharField()
    nature = CharField()
    code = CharField()


class ReasonSerializer(Serializer[Any]):
    """Why somebody looks at a reporter."""

    reason = CharField(max_length=200)


class PaperDraftSerializer(Serializer[Any]):
    """Which paper is drafted."""

    template = CharField(
        max_length=40, help_text="Code of a template that letters of its nature have"
    )


class ReporterLookSerializer(ModelSerializer[ReporterLook]):
    """One look at a reporter."""

    username = CharField(source="user.username", read_only=True)
    number = CharField(source="matter.matter.number", read_only=True)

    class Meta:
        model = ReporterLook
        fields: Any = ("id", "at", "user", "username", "matter", "number", "reason")
        read_only_fields: Any = fields


class FigureSerializer(Serializer[Any]):
    """Figures of matters, money in yuan."""

    value = CharField(
        required=False, help_text="Of what: category, product, enterprise, county, nature"
    )
    matters = IntegerField()
    important_matters = IntegerField()
    revisited_matters = IntegerField()
    important_revisited = IntegerField()
    goods_yuan = DecimalField(allow_null=True, max_digits=20, decimal_places=2)
    recovered_yuan = DecimalField(allow_null=True, max_digits=20, decimal_places=2)
    recovered_on_revisit_yuan = DecimalField(allow_null=True, max_digits=20, decimal_places=2)
    fined_yuan = DecimalField(allow_null=True, max_digits=20, decimal_places=2)


class HotSpotsSerializer(Serializer[Any]):
    """The figures of a period: of all, and by what was asked for."""

    counted_at = DateTimeField(help_text="Many matters are counted anew after ten minutes.")
    total = FigureSerializer()
    rows = FigureSerializer(many=True)


class ClusterSerializer(ModelSerializer[Cluster]):
    """Counties in which more came in than chance would bring."""

    class Meta:
        model = Cluster
        fields: Any = (
            "id", "found_on", "product_category", "regions", "since", "observed", "expected", "p"
        )  # fmt: skip
        read_only_fields: Any = fields
