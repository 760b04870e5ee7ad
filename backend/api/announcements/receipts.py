"""The receipts of an announcement: who has read and confirmed it, one by one and by office."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters

from backend.accounts.models import User
from backend.announcements.models import Receipt, ReceiptQuerySet
from backend.announcements.receipts import count_by_office
from backend.api.announcements.serializers import (
    AnnouncementReceiptSerializer,
    OfficeCountSerializer,
)
from backend.api.announcements.views import get_published_announcement
from backend.api.resources import ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.offices.models import Office


class ReceiptFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which receipts are filtered."""

    office = django_filters.NumberFilter(min_value=1, max_value=BIGGEST_ID)
    standing = django_filters.ChoiceFilter(
        choices=Receipt.Standing.choices,
        method="filter_standing",
        label="People of today who have not done it",
    )

    class Meta:
        model = Receipt
        fields: Any = ()

    def filter_standing(self, rows: ReceiptQuerySet, _name: str, standing: str) -> ReceiptQuerySet:
        """Those of people who are here still and have this left to do."""
        return rows.standing_at(standing)


class AnnouncementReceiptResource(ListMixin, Resource[Receipt]):
    """The receipts of an announcement, to the publishing office and those above it."""

    queryset = Receipt.objects.all()
    serializer_class = AnnouncementReceiptSerializer
    filterset_class = ReceiptFilter

    def visible_rows(self, user: User) -> QuerySet[Receipt]:
        """Those of the announcement of the path; raises Http404 for one that is not of his line."""
        found = get_published_announcement(user, int(self.kwargs["announcement"]))
        return found.receipts.select_related("addressee", "office")


class AnnouncementOfficeResource(ListMixin, Resource[Office]):
    """The offices of the addressees with their counts."""

    queryset = Office.objects.all()
    serializer_class = OfficeCountSerializer
    orders = {"code": ("code",), "-code": ("-code",)}

    def visible_rows(self, user: User) -> QuerySet[Office]:
        """Those of the announcement of the path; raises Http404 for one that is not of his line."""
        return count_by_office(get_published_announcement(user, int(self.kwargs["announcement"])))
