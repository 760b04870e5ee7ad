"""The query parameters and the answers of the views of risk, field by field."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    FloatField,
    IntegerField,
    ListField,
    ValidationError,
)

from backend.lib.serializers import Serializer
from backend.risk.overviews import MEASURES
from backend.units.models import KINDS, UnitStatus


class CommaWordsField(CharField):
    """Several words with commas between them, each of those known."""

    def __init__(self, words: tuple[str, ...], **options: Any) -> None:
        super().__init__(max_length=120, **options)
        self._words = words

    def to_internal_value(self, data: Any) -> Any:
        """The words, in order, each once."""
        given = tuple(dict.fromkeys(str(super().to_internal_value(data)).split(",")))
        if not set(given) <= set(self._words):
            raise ValidationError(f"Known: {', '.join(self._words)}.")
        return given


class RegionRiskParams(Serializer[Any]):
    """The query parameters of a question about a region."""

    as_of = DateField(required=False, help_text="A day; today by default")
    known_on = DateField(
        required=False,
        help_text="By whose knowledge: the day itself, as by default, gives the figures as they"
        " were told then; today computes them anew, for one county of at most 2 000 units",
    )
    kind = CommaWordsField(KINDS, required=False, help_text="Kinds, with commas: 3,4")
    status = CommaWordsField(tuple(UnitStatus.values), required=False, help_text="With commas")
    by = ChoiceField(choices=list(MEASURES), default="tail", help_text="What is ranked by")


class ReasonSerializer(Serializer[Any]):
    """One factor with points. ``record`` is the key of a record, clock, defect, scan or unit."""

    factor = CharField()
    value = CharField(help_text="As measured, in ``unit``")
    unit = CharField()
    weight = IntegerField(help_text="Points of one counted thing, or of the step reached")
    points = IntegerField()
    record_kind = CharField()
    record = CharField(allow_null=True)
    source: Any = CharField(help_text="Law or section that the factor rests on")


class ExplainedSerializer(Serializer[Any]):
    """A unit's score on a day, and why."""

    unit = IntegerField()
    score = IntegerField(min_value=0, max_value=1000)
    level = IntegerField(min_value=1, max_value=5, help_text="Class; 5 must not be used")
    as_of = DateField()
    model = CharField(help_text="Version of the weights")
    reasons = ReasonSerializer(many=True)


class SumsSerializer(Serializer[Any]):
    """Figures; ``bands`` counts the units of the five classes, ``tail`` is the share of the two highest.

    The highest class is the units that must not be used; the limits of the others are in the
    model file.
    """

    units = IntegerField()
    overdue = IntegerField()
    due_soon = IntegerField()
    failed = IntegerField()
    hazards = IntegerField(help_text="Open defects")
    unseen = IntegerField(help_text="Tag never scanned, or none")
    mean = FloatField(allow_null=True, help_text="Mean score")
    tail = FloatField(allow_null=True, help_text="Share of the two highest classes")
    bands = ListField(
        child=IntegerField(), min_length=5, max_length=5, help_text="Units of class 1 to 5"
    )


class RateSerializer(Serializer[Any]):
    """Per unit. ``mean`` is drawn towards the rate of all; 90 % of what is likely is between."""

    raw = FloatField(allow_null=True)
    mean = FloatField()
    low = FloatField()
    high = FloatField()


class RankedSerializer(Serializer[Any]):
    """One region below the region asked for, with its rate."""

    code = CharField()
    name = CharField()
    figures = SumsSerializer()
    rate = RateSerializer()


class TrendSerializer(Serializer[Any]):
    """Figures of one day of the past."""

    day = DateField()
    figures = SumsSerializer()


class TableSerializer(Serializer[Any]):
    """The figures of a region, and of each region below it by rate."""

    code = CharField()
    name = CharField()
    as_of = DateField()
    figures_of = DateField(help_text="The day that is known nearest before ``as_of``")
    known_on = DateField(help_text="The day by whose knowledge the figures are told")
    measure = ChoiceField(choices=list(MEASURES), help_text="What the ranking is by")
    figures = SumsSerializer()
    accidents = IntegerField(help_text="In the twelve months up to the day")
    ranking = RankedSerializer(many=True)


class PanelSerializer(TableSerializer):
    """The table with the figures of the first of each month, up to 24."""

    trend = TrendSerializer(many=True)
