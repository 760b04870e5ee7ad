"""Keyset paging: every page costs the same at any depth, and nothing is counted."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError as FieldError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

Order = tuple[str, ...]
_LONGEST_CURSOR = 512


class KeysetPagination(BasePagination):
    """``?cursor=&limit=&order=``.

    A view names its orders in ``orders``: a name and the columns, each with ``-`` for descending,
    the last one unique. The first is the default. Nulls stand where PostgreSQL puts them: last
    going up, first going down. The next page is given both in the body and as an RFC 8288
    ``Link`` header. A larger ``limit`` than ``most`` is cut to it.

    A view whose indexes hold what its lists are narrowed by sets ``chosen_first``: the page is then
    chosen from the index alone, and only its rows are read and joined.
    """

    orders: Mapping[str, Order] = {"-id": ("-id",)}
    usual = 50
    most = 500

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        """One page; raises ValidationError (400) for a wrong cursor, limit or order."""
        orders = getattr(view, "orders", self.orders)
        self.request = request
        self.limit = self._read_limit(request)
        self.name = request.query_params.get("order") or next(iter(orders))
        if self.name not in orders:
            text = _("Known orders: %(names)s.") % {"names": ", ".join(orders)}
            raise ValidationError({"order": [text]})
        self.order = tuple(orders[self.name])
        self.chosen_first = getattr(view, "chosen_first", False)
        self.backward, values = self._read_cursor(request.query_params.get("cursor"))
        rows = self._read_page(queryset, values)
        self._set_page_and_neighbours(rows, came_from_somewhere=bool(values))
        return self.rows

    def _read_limit(self, request: Request) -> int:
        text = request.query_params.get("limit") or str(self.usual)
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
            raise ValidationError({"limit": [_("Give a whole number above 0.")]})
        return min(int(text), self.most)

    def _read_cursor(self, text: str | None) -> tuple[bool, list[Any]]:
        """Direction and key of a cursor; without one, forward from the start."""
        if not text:
            return False, []
        try:
            document = json.loads(base64.urlsafe_b64decode(text[:_LONGEST_CURSOR]))
            name, backward, values = document
        except (binascii.Error, ValueError, TypeError):
            raise _cursor_error() from None
        fits = name == self.name and isinstance(values, list) and len(values) == len(self.order)
        if not fits or not all(map(_may_be_key, values)):
            raise _cursor_error()
        return bool(backward), values

    def _read_page(self, queryset: QuerySet[Any], values: Sequence[Any]) -> list[Any]:
        order = tuple(map(_reverse_column, self.order)) if self.backward else self.order
        try:
            wanted = queryset.filter(rows_after_condition(order, values)) if values else queryset
            if self.chosen_first:
                return list(first_rows(wanted, order, self.limit + 1))
            return list(wanted.order_by(*order)[: self.limit + 1])
        except (ValueError, TypeError, FieldError):
            raise _cursor_error() from None

    def _set_page_and_neighbours(self, rows: list[Any], *, came_from_somewhere: bool) -> None:
        """Cut the page and note whether something lies before and after it."""
        more = len(rows) > self.limit
        self.rows = rows[: self.limit]
        if self.backward:
            self.rows.reverse()
        self.has_next = came_from_somewhere if self.backward else more
        self.has_previous = more if self.backward else came_from_somewhere

    def _build_link(self, row: Any, *, backward: bool) -> str:
        values = [_json_value(_column_value(row, column.lstrip("-"))) for column in self.order]
        text = json.dumps([self.name, backward, values], separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).decode()
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response(self, data: object) -> Response:
        """The page with its links, in the body and in the header."""
        forth = (
            self._build_link(self.rows[-1], backward=False) if self.rows and self.has_next else None
        )
        back = (
            self._build_link(self.rows[0], backward=True)
            if self.rows and self.has_previous
            else None
        )
        response = Response({"next": forth, "previous": back, "results": data})
        links = {"next": forth, "prev": back}
        header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url)
        if header:
            response["Link"] = header
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shape of a page for the OpenAPI document."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The query parameters for the OpenAPI document."""
        orders = list(getattr(view, "orders", self.orders))
        limit = {"type": "integer", "minimum": 1, "default": self.usual}
        return [
            _build_parameter("cursor", {"type": "string"}, "Where the page begins; from a link"),
            _build_parameter("limit", limit, f"Rows in a page, at most {self.most}"),
            _build_parameter(
                "order", {"type": "string", "enum": orders, "default": orders[0]}, "Order"
            ),
        ]


def first_rows(queryset: QuerySet[Any], order: Sequence[str], most: int) -> QuerySet[Any]:
    """The first ``most`` rows of ``queryset`` in ``order``, chosen by their keys alone.

    An index that holds what the rows are narrowed and ordered by is then all that is read before
    the ``most`` rows are. A queryset may name ``parts``: conditions of which each of its rows meets
    one, none twice, and which an index has in the order of keys, though none has all of them
    together. In that order the first of each part are chosen.
    """
    bare = queryset.select_related(None).order_by(*order).values("pk")
    by_key = order[0].lstrip("-") in {"id", "pk"}
    parts = getattr(queryset, "parts", ()) if by_key else ()
    first, *others = [bare.filter(part)[:most] for part in parts or [Q()]]
    keys = first.union(*others, all=True) if others else first
    return queryset.filter(pk__in=keys).order_by(*order)[:most]


def rows_after_condition(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that follow the key ``values`` in ``order``, with nulls as PostgreSQL sorts them."""
    column, value, rest = order[0], values[0], (order[1:], values[1:])
    name, down = column.lstrip("-"), column.startswith("-")
    if value is None:
        beyond = Q(**{f"{name}__isnull": False}) if down else Q(pk__in=[])
        same = Q(**{f"{name}__isnull": True})
    else:
        beyond = Q(**{f"{name}__{'lt' if down else 'gt'}": value})
        if not down and rest[0]:
            beyond |= Q(**{f"{name}__isnull": True})
        same = Q(**{name: value})
    return beyond | (same & rows_after_condition(*rest)) if rest[0] else beyond


def _reverse_column(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _column_value(row: Any, name: str) -> Any:
    """The value of ``name`` on a row; a related row stands by its key."""
    value = row
    for part in name.split("__"):
        value = getattr(value, part, None)
    return value.pk if isinstance(value, Model) else value


def _may_be_key(value: Any) -> bool:
    plain = isinstance(value, (str, int, type(None)))
    return plain and not (isinstance(value, str) and "\0" in value)


def _json_value(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else str(value)


def _build_parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }


def _cursor_error() -> ValidationError:
    return ValidationError({"cursor": [_("Take the cursor from a link, with the same order.")]})
