"""The parameters of the hot spots."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.serializers import ChoiceField, DateField, RegexField, ValidationError

from backend.hotline.hot_spots import GROUPS, Period, Question
from backend.hotline.models import Nature
from backend.lib import clock
from backend.lib.serializers import Serializer

_SPAN = dt.timedelta(days=90)


class HotSpotParams(Serializer[Any]):
    """Which matters are counted, and by what."""

    first = DateField(required=False, help_text="The first day; 90 days before the last.")
    last = DateField(required=False, help_text="The last day; today.")
    region = RegexField("^[0-9]{6}$", required=False, help_text="A GB/T 2260 code.")
    nature = ChoiceField(choices=Nature.choices, required=False)
    by = ChoiceField(choices=GROUPS, default="category", help_text="By what; category.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The days in their order."""
        last = attrs.setdefault("last", clock.today())
        if attrs.setdefault("first", last - _SPAN) > last:
            raise ValidationError({"first": _("The first day lies after the last.")})
        return attrs


def question_of(asked: dict[str, Any]) -> Question:
    """The question of parameters that are checked."""
    natures = (Nature(asked["nature"]),) if "nature" in asked else ()
    return Question(Period(asked["first"], asked["last"]), asked.get("region", ""), natures)
