"""Numbers that can be reckoned with."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.serializers import FloatField, ValidationError


class FiniteField(FloatField):
    """A number field that refuses "nan" and infinity, which Python reads and no bound refuses."""

    def to_internal_value(self, data: Any) -> float:
        """The number; raises ValidationError."""
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            raise ValidationError(_("A valid number is required."))
        return number
