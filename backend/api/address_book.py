"""The address book (通讯录): colleagues by name, office, title and telephone, and how one is reached oneself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, EmailField, SerializerMethodField
from rest_framework.views import APIView

from backend.accounts.models import Role, User
from backend.accounts.rights import Right
from backend.address_book.actions import change_contact, disclose_mobile, require_staff
from backend.address_book.entries import (
    contact_of,
    entries_of_descendants,
    filter_entries,
    list_entries,
    mask_mobile,
)
from backend.address_book.models import Contact
from backend.address_book.vcards import MEDIA_TYPE, write_cards
from backend.api.actors import signed_in_user
from backend.api.entities import DisclosureSerializer
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.models import Office, Post, PostQuerySet


class AddressBookEntrySerializer(ModelSerializer[Post]):
    """Who holds which post, and how he is reached; his own number is masked."""

    name = CharField(source="user", read_only=True)
    office_name = CharField(source="office.name", read_only=True)
    work_phone = SerializerMethodField()
    work_mail = SerializerMethodField()
    mobile = SerializerMethodField()

    class Meta:
        model = Post
        fields: Any = (
            "id", "user", "name", "office", "office_name", "role", "title", "work_phone",
            "work_mail", "mobile",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_work_phone(self, post: Post) -> str:
        """With its extension."""
        return contact_of(post.user).work_phone

    def get_work_mail(self, post: Post) -> str:
        """As he told it."""
        return contact_of(post.user).work_mail

    def get_mobile(self, post: Post) -> str:
        """Masked."""
        return mask_mobile(contact_of(post.user))


class MobileSerializer(Serializer[Any]):
    """The own number, unmasked."""

    mobile = CharField()


class ContactSerializer(Serializer[Contact]):
    """How one is reached; what is empty is not told."""

    work_phone = CharField(max_length=40, allow_blank=True)
    work_mail = EmailField(max_length=254, allow_blank=True)
    mobile = CharField(max_length=40, allow_blank=True)


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which entries are filtered."""

    at = django_filters.NumberFilter(
        field_name="office", min_value=1, max_value=BIGGEST_ID, label="In this very office"
    )
    below = django_filters.NumberFilter(
        method="filter_below", min_value=1, max_value=BIGGEST_ID, label="In this office or below it"
    )
    role = django_filters.ChoiceFilter(choices=Role.choices)
    search = django_filters.CharFilter(
        method="filter_found",
        max_length=60,
        label="Words that are part of name, title, office or telephone at work",
    )

    class Meta:
        model = Post
        fields: Any = ()

    def filter_below(self, rows: PostQuerySet, _name: str, office: int) -> PostQuerySet:
        """Those in the office and in all below it; none for one that is not there."""
        found = Office.objects.filter(pk=office).first()
        return entries_of_descendants(rows, found) if found else rows.none()

    def filter_found(self, rows: PostQuerySet, _name: str, text: str) -> PostQuerySet:
        """Those that were looked for."""
        return filter_entries(rows, text)


class AddressBookResource(ListMixin, DetailMixin, Resource[Post]):
    """The posts of today with their holders, by office; to staff alone."""

    queryset = Post.objects.all()
    serializer_class = AddressBookEntrySerializer
    filterset_class = EntryFilter
    lookup_value_converter = "key"
    rights = {"mobile": (Right.SEE_PERSONAL_DATA,)}
    orders = {"office": ("office__code", "id"), "id": ("id",)}

    def visible_rows(self, user: User) -> QuerySet[Post]:
        """The entries; none for an enterprise's account."""
        return list_entries(user)

    @extend_schema(request=DisclosureSerializer, responses=MobileSerializer)
    @action(detail=True, methods=["post"])
    def mobile(self, request: Request, pk: str) -> Response:
        """Look at somebody's own number unmasked; the look is kept."""
        given = DisclosureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = disclose_mobile(actor=signed_in_user(request), entry=int(pk), **given.validated_data)
        return Response({"mobile": told}, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={(200, "text/vcard"): OpenApiTypes.STR})
    @action(detail=True)
    def vcard(self, request: Request, pk: str) -> HttpResponse:
        """The entry as a card for a telephone (vCard 3.0)."""
        return HttpResponse(write_cards([self.get_object()]), content_type=MEDIA_TYPE)


class ContactView(APIView):
    """How the signed-in user is reached."""

    permission_classes = (IsAuthenticated,)

    def check_permissions(self, request: Request) -> None:
        """Refuse (403) enterprises before anything of a change is read."""
        super().check_permissions(request)
        if request.method not in SAFE_METHODS:
            require_staff(signed_in_user(request))

    @extend_schema(operation_id="contact", responses=ContactSerializer)
    def get(self, request: Request) -> Response:
        """What colleagues are told of him; his own number unmasked."""
        refuse_unknown(request, frozenset())
        return Response(ContactSerializer(contact_of(signed_in_user(request))).data)

    @extend_schema(
        operation_id="contact_change", request=ContactSerializer, responses=ContactSerializer
    )
    def put(self, request: Request) -> Response:
        """Replace it; 422 for what is no telephone number."""
        given = ContactSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contact = change_contact(actor=signed_in_user(request), **given.validated_data)
        return Response(ContactSerializer(contact).data)
