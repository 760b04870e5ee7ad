"""One page of a list as phones are given it, with the cursor of the next."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from django.db.models import QuerySet
from rest_framework.request import Request

from backend.lib.paging import KeysetPagination
from mobile_api.base_views import DeviceView


class Page(NamedTuple):
    """The rows of a page; ``next`` is the cursor of the one behind it, None at the end."""

    rows: list[Any]
    next: str | None


def read_page(view: DeviceView, request: Request, rows: QuerySet[Any]) -> Page:
    """The page that ``request`` asks for. Raises ValidationError (400) for a wrong cursor or limit."""
    pages = KeysetPagination()
    page = pages.paginate_queryset(rows, request, view)
    link = pages.get_paginated_response([]).data["next"]
    return Page(page, parse_qs(urlsplit(link).query)["cursor"][0] if link else None)
