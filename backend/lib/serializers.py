"""Serializers that refuse what they do not read: a member misspelt is told, and not dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

T = TypeVar("T")
M = TypeVar("M", bound=Model)
_UNKNOWN = _("There is no such member here. Look at its spelling.")
_READ_ONLY = _("This member can be read only. Leave it out.")


class _RefusesUnknownMembers:
    def to_internal_value(self, data: Any) -> Any:
        """The values of a body. Raises ValidationError that names each member it cannot write."""
        told = self._describe_unwritable(data) if isinstance(data, Mapping) else {}
        if told:
            raise serializers.ValidationError(told, code="unknown-member")
        return super().to_internal_value(data)  # type: ignore[misc]

    def _describe_unwritable(self, data: Mapping[str, Any]) -> dict[str, Any]:
        fields: Mapping[str, Any] = self.fields  # type: ignore[attr-defined]
        return {
            str(name): [_READ_ONLY if name in fields else _UNKNOWN]
            for name in data
            if name not in fields or fields[name].read_only
        }


class Serializer(_RefusesUnknownMembers, serializers.Serializer[T]):
    """DRF's serializer, which refuses bodies with members that it does not know."""


class ModelSerializer(_RefusesUnknownMembers, serializers.ModelSerializer[M]):
    """DRF's model serializer, which refuses bodies with members that it does not know."""
