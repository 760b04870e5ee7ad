"""What was said to me (通知), and what I want to be told outside of the system."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ChoiceField, ListField, SerializerMethodField
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.api.actors import signed_in_user
from backend.api.resources import ListMixin, Resource
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import ModelSerializer, Serializer
from backend.notifications.actions import change_wishes, mark_read, wishes_of
from backend.notifications.models import Kind, Notification, Wishes
from backend.notifications.texts import say_notification


class NotificationSerializer(ModelSerializer[Notification]):
    """One notification; ``text`` is in the reader's language."""

    text: Any = SerializerMethodField()

    class Meta:
        model = Notification
        fields: Any = ("id", "kind", "text", "number", "day", "path", "made_at", "read_at")
        read_only_fields: Any = fields

    def get_text(self, notification: Notification) -> str:
        """What it says."""
        return say_notification(notification)


class NotificationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The parameters by which notifications are filtered."""

    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notification
        fields: Any = ("kind",)


class NotificationResource(ListMixin, Resource[Notification]):
    """What was said to the signed-in user, newest first."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Notification]:
        """The user's own."""
        return Notification.objects.visible_to(user)

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def reading(self, request: Request, pk: str) -> Response:
        """Note that it was read; again changes nothing."""
        found = mark_read(actor=signed_in_user(request), notification=int(pk))
        return Response(self.get_serializer(found).data)


class WishesSerializer(Serializer[Wishes]):
    """In which language one is written to outside of the system, and what is not sent there."""

    language = ChoiceField(choices=settings.LANGUAGES)
    stopped: Any = ListField(child=ChoiceField(choices=Kind.choices), max_length=len(Kind))


class WishesView(APIView):
    """The wishes of the signed-in user."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="notification_wishes", responses=WishesSerializer)
    def get(self, request: Request) -> Response:
        """What he wants, or what holds for whoever said nothing."""
        refuse_unknown(request, frozenset())
        return Response(WishesSerializer(wishes_of(signed_in_user(request))).data)

    @extend_schema(
        operation_id="notification_wishes_change",
        request=WishesSerializer,
        responses=WishesSerializer,
    )
    def put(self, request: Request) -> Response:
        """Replace them; 422 for a kind that cannot be stopped."""
        given = WishesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wishes = change_wishes(actor=signed_in_user(request), **given.validated_data)
        return Response(WishesSerializer(wishes).data)
