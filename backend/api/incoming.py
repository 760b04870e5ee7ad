"""Incoming documents (收文): their facts, and registering what came on paper."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateField, FileField, IntegerField
from rest_framework.viewsets import GenericViewSet

from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER
from backend.api.mailroom import SitsInMailroom
from backend.api.matters.bodies import read_body
from backend.api.parsers import BoundedJSONParser, BoundedMultiPartParser
from backend.incoming.models import IncomingDocument
from backend.incoming.registration import Letter, register_letter
from backend.incoming.scans import sign_scan
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.models import Matter

BIGGEST_ID = 2**63 - 1
_OPTIONAL: dict[str, Any] = {"required": False, "allow_blank": True, "default": ""}


class IncomingFacts(ModelSerializer[IncomingDocument]):
    """The columns of the kind."""

    class Meta:
        model = IncomingDocument
        fields: Any = (
            "number", "delivery", "registrar", "sender", "sender_number", "written_on",
            "answer_number", "retention",
        )  # fmt: skip
        read_only_fields: Any = fields


class RegisteredSerializer(IncomingFacts):
    """What was registered, and as which matter."""

    matter = IntegerField(source="pk", read_only=True)

    class Meta(IncomingFacts.Meta):
        fields = ("matter", *IncomingFacts.Meta.fields)
        read_only_fields = fields


class LetterBody(Serializer[Any]):
    """What stands on a document that came on paper, and which office registers it."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    title = CharField(max_length=200)
    sender = CharField(max_length=120)
    sender_number = CharField(max_length=60, **_OPTIONAL)
    written_on = DateField(required=False, allow_null=True, default=None)
    urgency = ChoiceField(choices=Matter.Urgency.choices, default=Matter.Urgency.NORMAL)


class ScannedLetterBody(LetterBody):
    """The same as a form, with the scan."""

    scan = FileField(required=False, help_text="A PDF or a photo")


class IncomingResource(GenericViewSet[IncomingDocument]):
    """Registering; they are read and decided as matters of the kind ``incoming``."""

    queryset = IncomingDocument.objects.all()
    serializer_class = RegisteredSerializer
    permission_classes = (SitsInMailroom,)
    parser_classes = (BoundedJSONParser, BoundedMultiPartParser)
    lookup_value_converter = "key"
    rights: Any = {}

    @extend_schema(
        request={"application/json": LetterBody, "multipart/form-data": ScannedLetterBody},
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: RegisteredSerializer, 201: RegisteredSerializer},
    )
    def create(self, request: Request) -> Response:
        """Register what came on paper, with its scan where it is sent as a form; 200 where the key did so before."""
        key = read_idempotency_key(request)
        facts = read_body(request, ScannedLetterBody)
        office, scan = facts.pop("office"), facts.pop("scan", None)
        made, new = register_letter(
            actor=signed_in_user(request), office=office, letter=Letter(**facts), key=key, scan=scan
        )
        return respond_registered(made, new=new)

    @extend_schema(
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="The scan as it came, for two minutes")},
    )
    @action(detail=True)
    def scan(self, request: Request, pk: str) -> Response:
        """Where the scan of what came on paper lies, for whoever sees its matter."""
        place = sign_scan(actor=signed_in_user(request), incoming=int(pk))
        return Response(status=status.HTTP_302_FOUND, headers={"Location": place})


def respond_registered(made: IncomingDocument, *, new: bool) -> Response:
    """The answer to a registration: 201 where it is new."""
    code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
    return Response(RegisteredSerializer(made).data, status=code)
