"""Services of a paper (送达)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateField

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.resources import ListMixin, Resource
from backend.lib.serializers import ModelSerializer, Serializer
from backend.papers.models import Paper, Service
from backend.papers.services import serve_paper, settle_service


class ServiceSerializer(ModelSerializer[Service]):
    """How a paper was served, or is being served; ``proof`` is the SHA-256 of a photo."""

    proof: Any = CharField(source="proof.sha256", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Service
        fields: Any = (
            "id", "paper", "kind", "recipient", "state", "consented", "sent_on", "served_on",
            "proof", "remark", "made_by", "made_at", "settled_by", "settled_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class SendingSerializer(Serializer[Any]):
    """How a paper is sent to whom, and since when."""

    kind = ChoiceField(choices=Service.Kind.choices)
    recipient = CharField(max_length=120)
    sent_on = DateField()
    consented = BooleanField(default=False)
    remark = CharField(max_length=400, default="", allow_blank=True)


class OutcomeSerializer(Serializer[Any]):
    """What came of it."""

    state = ChoiceField(choices=Service.ENDS)
    served_on = DateField(required=False)
    proof = CharField(max_length=64, required=False)
    remark = CharField(max_length=400, default="", allow_blank=True)


class PaperServiceResource(ListMixin, Resource[Service]):
    """Services of one paper."""

    queryset = Service.objects.all()
    serializer_class = ServiceSerializer
    lookup_value_converter = "key"
    rights = dict.fromkeys(("create", "outcome"), (Right.WRITE_PAPERS,))

    def visible_rows(self, user: User) -> QuerySet[Service]:
        """The services of a paper that ``user`` may see; 404 for another paper."""
        paper = get_object_or_404(Paper.objects.visible_to(user), pk=self.kwargs["paper"])
        return Service.objects.visible_to(user).filter(paper=paper).select_related("proof")

    @extend_schema(
        request=SendingSerializer,
        parameters=[IDEMPOTENCY_PARAMETER],
        responses={200: ServiceSerializer, 201: ServiceSerializer},
    )
    def create(self, request: Request, paper: str) -> Response:
        """Write down that it is on its way to somebody; 200 where the key made it before."""
        key = read_idempotency_key(request)
        given = SendingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        made, new = serve_paper(actor=signed_in_user(request), paper=int(paper), key=key, **facts)
        code = status.HTTP_201_CREATED if new else status.HTTP_200_OK
        return Response(self.get_serializer(made).data, status=code)

    @extend_schema(request=OutcomeSerializer, responses=ServiceSerializer)
    @action(detail=True, methods=["post"])
    def outcome(self, request: Request, paper: str, pk: str) -> Response:
        """Write down what came of it: served, with its proof, or failed."""
        given = OutcomeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        settled = settle_service(
            actor=signed_in_user(request),
            paper=int(paper),
            service=int(pk),
            **given.validated_data,
        )
        return Response(self.get_serializer(settled).data)
