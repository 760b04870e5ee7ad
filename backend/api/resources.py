"""What the resources share: reading what the signed-in user may see, with filters, pages and
ETags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from backend.accounts.models import User
from backend.accounts.permissions import CarriesRight
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_READ_HEADERS, respond_with_etag
from backend.api.filters import StrictFilterBackend
from backend.api.parsers import BoundedJSONParser
from backend.lib.locked_rows import lock_row
from backend.lib.paging import KeysetPagination, Order

M = TypeVar("M", bound=Model)


class Resource(GenericViewSet[M]):
    """A set of rows of which the signed-in user sees those that ``visible_rows`` gives him."""

    permission_classes = (CarriesRight,)
    filter_backends = (StrictFilterBackend,)
    parser_classes = (BoundedJSONParser,)
    pagination_class = KeysetPagination
    rights: ClassVar[Mapping[str, Sequence[Right]]] = {}
    """By action, the rights of which one is needed."""
    orders: ClassVar[Mapping[str, Order]] = {"-id": ("-id",), "id": ("id",)}

    def visible_rows(self, user: User) -> QuerySet[M]:
        """The rows that ``user`` may see, with what the serializer reads."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[M]:
        """The rows for the signed-in user; none for the schema generator."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()  # type: ignore[union-attr]
        return self.visible_rows(signed_in_user(self.request))

    def lock_one(self, key: str) -> M:
        """The row that the path names, locked until the transaction ends; raises Http404."""
        found = lock_row(self.get_queryset(), key)
        if found is None:
            raise Http404
        return found

    def page_of(self, rows: QuerySet[Any]) -> Response:
        """The response with one page of ``rows``."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ListMixin:
    """``GET`` of the collection."""

    def list(self, request: Request, **kwargs: Any) -> Response:
        """One page, filtered and ordered."""
        view: Any = self
        answer: Response = view.page_of(view.filter_queryset(view.get_queryset()))
        return answer


class DetailMixin:
    """``GET`` of one, with its ETag."""

    @extend_schema(parameters=ETAG_READ_HEADERS)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One of them, or 304; outside the user's scope 404."""
        return respond_with_etag(request, self.show_one())

    def show_one(self) -> Any:
        """The document of what the path names; raises Http404."""
        view: Any = self
        return view.get_serializer(view.get_object()).data
