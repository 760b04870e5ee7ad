"""Who acts for an entity: enterprises, maintainers and inspection bodies through their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.actions import remove_membership
from backend.directory.invitations import accept_invitation, end_invitation, invite
from backend.directory.models import Invitation, LegalEntity, Membership
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer


class MembershipSerializer(ModelSerializer[Membership]):
    """One user who acts for the entity."""

    user = CharField(source="user.username", read_only=True)
    name = CharField(source="user.display_name", read_only=True)

    class Meta:
        model = Membership
        fields: Any = ("id", "user", "name", "entity")
        read_only_fields: Any = fields


class InvitingSerializer(Serializer[Any]):
    """Who shall act for the entity, by the name he signs in with."""

    user = CharField(max_length=150, source="username")


class InvitedSerializer(ModelSerializer[Invitation]):
    """What was asked of whom. It does not tell whether there is such an account."""

    user = CharField(source="username", read_only=True)

    class Meta:
        model = Invitation
        fields: Any = ("user", "entity", "ends_at")
        read_only_fields: Any = fields


class InvitationSerializer(InvitedSerializer):
    """An invitation that waits for consent."""

    entity_name = CharField(source="entity.shown_name", read_only=True)
    invited_by = CharField(read_only=True)

    class Meta(InvitedSerializer.Meta):
        fields: Any = ("id", "user", "entity", "entity_name", "invited_by", "made_at", "ends_at")
        read_only_fields: Any = fields


class InvitationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What invitations can be asked for by."""

    entity = django_filters.NumberFilter(field_name="entity_id", min_value=1, max_value=BIGGEST_ID)

    class Meta:
        model = Invitation
        fields: Any = ()


class InvitationResource(ListMixin, DetailMixin, Resource[Invitation]):
    """Invitations to act for an entity: one's own, and those of the entities that one keeps."""

    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Invitation]:
        """Those that wait."""
        return Invitation.objects.visible_to(user).select_related("entity", "invited_by")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=None,
        responses={201: MembershipSerializer},
    )
    @action(detail=True, methods=["post"])
    @making_once()
    def acceptance(self, request: Request, pk: str) -> Response:
        """Consent: act for the entity from now on."""
        membership = accept_invitation(actor=signed_in_user(request), invitation=int(pk))
        return Response(MembershipSerializer(membership).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, pk: str) -> Response:
        """Decline it, or take back one that was made."""
        end_invitation(actor=signed_in_user(request), invitation=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MembershipResource(ListMixin, DetailMixin, Resource[Membership]):
    """The users who act for one entity."""

    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    lookup_value_converter = "key"
    rights = {"create": (Right.MANAGE_DIRECTORY,), "destroy": (Right.MANAGE_DIRECTORY,)}

    def entity(self) -> LegalEntity:
        """The entity that the path names, if the signed-in user sees it; else 404."""
        seen = LegalEntity.objects.visible_to(signed_in_user(self.request))
        return get_object_or_404(seen, pk=self.kwargs["entity"])

    def visible_rows(self, user: User) -> QuerySet[Membership]:
        """All memberships of the entity to who keeps the directory, to anybody else his own."""
        rows = Membership.objects.visible_to(user).filter(entity=self.entity())
        return rows.select_related("user")

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=InvitingSerializer,
        responses={202: InvitedSerializer},
    )
    @making_once()
    def create(self, request: Request, entity: str) -> Response:
        """Ask somebody to act for the entity; his consent makes it a membership."""
        found = self.entity()
        given = InvitingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = invite(actor=signed_in_user(request), entity=found, **given.validated_data)
        return Response(InvitedSerializer(asked).data, status=status.HTTP_202_ACCEPTED)

    def destroy(self, request: Request, entity: str, pk: str) -> Response:
        """The user acts for the entity no longer."""
        membership = self.get_object()
        remove_membership(
            actor=signed_in_user(request), user=membership.user, entity=membership.entity
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
