"""Who acts for an entity: enterprises, maintainers and inspection bodies through their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import actor_of
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.directory.actions import join_named, leave
from backend.directory.models import LegalEntity, Membership
from backend.lib.serializers import ModelSerializer, Serializer


class MembershipSerializer(ModelSerializer[Membership]):
    """One user who acts for the entity."""

    user = CharField(source="user.username", read_only=True)
    name = CharField(source="user.display_name", read_only=True)

    class Meta:
        model = Membership
        fields: Any = ("id", "user", "name", "entity")
        read_only_fields: Any = fields


class JoiningSerializer(Serializer[Any]):
    """The user who shall act for the entity, by the name he signs in with."""

    user = CharField(max_length=150)


class MembershipResource(ListMixin, DetailMixin, Resource[Membership]):
    """The users who act for one entity."""

    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    lookup_value_converter = "key"
    rights = {"create": (Right.MANAGE_DIRECTORY,), "destroy": (Right.MANAGE_DIRECTORY,)}

    def entity(self) -> LegalEntity:
        """The entity of the path, under the predicate."""
        seen = LegalEntity.objects.visible_to(actor_of(self.request))
        return get_object_or_404(seen, pk=self.kwargs["entity"])

    def visible(self, user: User) -> QuerySet[Membership]:
        """All of them to who keeps the directory, his own to anybody else."""
        rows = Membership.objects.visible_to(user).filter(entity=self.entity())
        return rows.select_related("user")

    @extend_schema(request=JoiningSerializer, responses={201: MembershipSerializer})
    def create(self, request: Request, entity: str) -> Response:
        """Let a user act for the entity; again for the same user changes nothing."""
        found = self.entity()
        given = JoiningSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        username = given.validated_data["user"]
        membership = join_named(actor=actor_of(request), username=username, entity=found)
        return Response(MembershipSerializer(membership).data, status=status.HTTP_201_CREATED)

    def destroy(self, request: Request, entity: str, pk: str) -> Response:
        """The user acts for the entity no longer."""
        membership = self.get_object()
        leave(actor=actor_of(request), user=membership.user, entity=membership.entity)
        return Response(status=status.HTTP_204_NO_CONTENT)
