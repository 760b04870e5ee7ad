"""Filters that refuse what they do not know, so that a typing error never means "all rows"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.forms import CharField
from django.utils.translation import gettext_lazy
from django_filters import rest_framework as django_filters
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.lib.parameters import refuse_unknown
from geo.models import within_region

PAGING_PARAMS = frozenset({"cursor", "limit", "order"})


class StrictFilterBackend(django_filters.DjangoFilterBackend):  # type: ignore[misc]
    """django-filter, with 400 for a parameter that the list does not have."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """The rows asked for; raises ValidationError for an unknown or wrong filter."""
        if request.method in {"GET", "HEAD"}:
            known = PAGING_PARAMS | frozenset(_filter_names(self, view, queryset))
            refuse_unknown(request, known)
            if not request.query_params:
                return queryset  # nothing is asked for: no form is made of it
        return super().filter_queryset(request, queryset, view)


def _filter_names(backend: Any, view: APIView, queryset: QuerySet[Any]) -> list[str]:
    found = backend.get_filterset_class(view, queryset)
    return list(found.base_filters) if found else []


class _RegionCodeField(CharField):
    default_validators = [RegexValidator(r"^[0-9]{6}$", gettext_lazy("Six digits (GB/T 2260)."))]


class RegionFilter(django_filters.CharFilter):  # type: ignore[misc]
    """A region code: everything in that region, by the prefix that an index serves."""

    field_class = _RegionCodeField

    def __init__(
        self, *args: Any, lies_within: Callable[[str, str], Q] = within_region, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.lies_within = lies_within

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows in region ``value``; all for an empty value."""
        return qs.filter(self.lies_within(self.field_name, value)) if value else qs
