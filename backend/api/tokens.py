"""Tokens for programs (程序令牌), each of the person who makes it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    ListField,
)

from backend.accounts.models import ProgramToken, User
from backend.accounts.programs import end_program_token, make_program_token
from backend.accounts.token_scopes import SCOPES
from backend.api.actors import signed_in_user
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer


class ProgramTokenSerializer(ModelSerializer[ProgramToken]):
    """A token; of its text only the hash is kept."""

    scopes: Any = ListField(child=ChoiceField(choices=SCOPES), read_only=True)
    made_at = DateTimeField(source="created", read_only=True)
    ends_at = DateTimeField(source="expiry", read_only=True)

    class Meta:
        model = ProgramToken
        fields: Any = ("name", "scopes", "read_only", "made_at", "ends_at")
        read_only_fields: Any = fields


class ProgramTokenEntrySerializer(Serializer[Any]):
    """A token to make."""

    name = CharField(max_length=80, help_text="Which program has it")
    scopes: Any = ListField(
        child=ChoiceField(choices=SCOPES), allow_empty=False, max_length=len(SCOPES)
    )
    read_only: Any = BooleanField(default=True)
    ends_on = DateField(help_text="Its last day, within a year")


class MadeTokenSerializer(ProgramTokenSerializer):
    """A new token with its text, which is shown once."""

    token = CharField(read_only=True)

    class Meta(ProgramTokenSerializer.Meta):
        fields: Any = (*ProgramTokenSerializer.Meta.fields, "token")
        read_only_fields: Any = fields


class ProgramTokenResource(ListMixin, Resource[ProgramToken]):
    """One's own tokens for programs."""

    queryset = ProgramToken.objects.all()
    serializer_class = ProgramTokenSerializer
    orders = {"-made_at": ("-created", "digest"), "made_at": ("created", "digest")}
    lookup_field = "name"
    lookup_value_converter = "str"

    def visible_rows(self, user: User) -> QuerySet[ProgramToken]:
        """His own."""
        mine: QuerySet[ProgramToken] = ProgramToken.objects.filter(user=user)
        return mine

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=ProgramTokenEntrySerializer,
        responses={201: MadeTokenSerializer},
    )
    @making_once(shown_once="token")
    def create(self, request: Request) -> Response:
        """Make one; its text is in this answer and nowhere else."""
        given = ProgramTokenEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row, text = make_program_token(actor=signed_in_user(request), **given.validated_data)
        row.token = text
        data = MadeTokenSerializer(row).data
        return Response(data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, name: str) -> Response:
        """End it at once."""
        end_program_token(actor=signed_in_user(request), name=name.replace("\0", ""))
        return Response(status=status.HTTP_204_NO_CONTENT)
