"""Supervised tasks (督办): ordered, proven, listed and counted; what is decided is decided in their matters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.accounts.permissions import CarriesRight
from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_HEADER
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER
from backend.api.matters.bodies import read_body
from backend.api.matters.versions import read_version, respond_with_version
from backend.api.matters.views import CHANGE_HEADERS
from backend.api.parsers import BoundedMultiPartParser
from backend.api.query_params import read_query_params
from backend.api.resources import Resource
from backend.api.supervised_tasks.serializers import (
    BoardQuery,
    BoardSerializer,
    ListedSupervisedTask,
    ListQuery,
    OrderBody,
    ProofBody,
    ProofSerializer,
    SupervisedTaskDetail,
)
from backend.lib import clock
from backend.lib.paging import Order as PageOrder
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.matters.steps import Sending
from backend.offices.models import Office
from backend.supervised_tasks.board import Asked, list_tasks, read_board, this_year
from backend.supervised_tasks.models import SupervisedTask
from backend.supervised_tasks.orderers import require_orderer
from backend.supervised_tasks.orders import Order, order_task
from backend.supervised_tasks.proofs import hand_in_proof, sign_proof
from backend.units.models import Unit


class OrdersOrReads(CarriesRight):
    """Allows reading to whoever is signed in, and ordering to who orders for an office.

    Raises Refused (403) for others, before anything of the request is read.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the request has a signed-in user. Raises Refused (403)."""
        if not super().has_permission(request, view):
            return False
        if request.method not in SAFE_METHODS and view.action == "create":
            require_orderer(signed_in_user(request))
        return True


class SupervisedTaskResource(Resource[SupervisedTask]):
    """Tasks of the offices in which the signed-in user sits, of those below, and by his name."""

    queryset = SupervisedTask.objects.all()
    serializer_class = ListedSupervisedTask
    permission_classes = (OrdersOrReads,)
    lookup_value_converter = "key"
    orders: ClassVar[Mapping[str, PageOrder]] = {"-id": ("-pk",), "id": ("pk",)}

    def visible_rows(self, user: User) -> QuerySet[SupervisedTask]:
        """The tasks that ``user`` may see."""
        rows: QuerySet[SupervisedTask] = SupervisedTask.objects.visible_to(user)
        return rows.select_related("matter", "lead", "ordered_by")

    @extend_schema(parameters=[ListQuery])
    def list(self, request: Request) -> Response:
        """The tasks behind a figure of the board, the newest first; all without one."""
        told = read_query_params(request, ListQuery)
        rows = list_tasks(signed_in_user(request), _read_asked(told), told.get("which", ""))
        return self.page_of(rows.select_related("matter", "lead"))

    @extend_schema(parameters=[ETAG_HEADER], responses=SupervisedTaskDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One with its proofs and reports of progress."""
        return self._answer(int(pk))

    @extend_schema(
        request=OrderBody,
        parameters=[IDEMPOTENCY_PARAMETER, ETAG_HEADER],
        responses={200: SupervisedTaskDetail, 201: SupervisedTaskDetail},
    )
    def create(self, request: Request) -> Response:
        """Order a task; 200 where the key did so before. What a clerk orders his leader approves."""
        key, facts = read_idempotency_key(request), read_body(request, OrderBody)
        user, office = signed_in_user(request), facts.pop("office", None)
        task, new = order_task(actor=user, office=office, order=_read_order(user, facts), key=key)
        return self._answer(task.pk, code=status.HTTP_201_CREATED if new else 200)

    @extend_schema(parameters=[BoardQuery], responses=BoardSerializer)
    @action(detail=False)
    def board(self, request: Request) -> Response:
        """By lead office what is open, overdue, near, returned and finished, with totals."""
        told = read_query_params(request, BoardQuery, paged=False)
        board = read_board(signed_in_user(request), _read_asked(told), told.get("after", ""))
        return Response(BoardSerializer(board).data)

    @extend_schema(
        request={"multipart/form-data": ProofBody},
        parameters=CHANGE_HEADERS,
        responses={201: ProofSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedMultiPartParser])
    def proofs(self, request: Request, pk: str) -> Response:
        """Hand in a PDF or a photo while the task is handled; the same content again is the same one."""
        facts = read_body(request, ProofBody)
        self.get_object()
        proof = hand_in_proof(
            actor=signed_in_user(request),
            task=int(pk),
            version=read_version(request, int(pk)),
            title=facts["title"],
            sent=facts["file"],
            sending=Sending(read_idempotency_key(request), facts["title"]),
        )
        data = ProofSerializer(proof).data
        return respond_with_version(self.get_object().matter, data, code=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="supervised_tasks_proofs_retrieve",
        parameters=[LOCATION_HEADER],
        responses={302: OpenApiResponse(description="The file, for two minutes")},
    )
    @action(detail=True, url_path="proofs/<uuid:proof>")
    def proof(self, request: Request, pk: str, proof: Any) -> Response:
        """Where a proof lies, for two minutes; 409 while a photo is on its way."""
        found = get_object_or_404(self.get_object().proofs.select_related("file"), pk=proof)
        place = sign_proof(found)
        if place is None:
            text = _("The file is on its way. Ask for it again in a while.")
            raise Refused("file-not-ready", text, status=409)
        return Response(status=status.HTTP_302_FOUND, headers={"Location": place})

    def _answer(self, pk: int, *, code: int = 200) -> Response:
        rows = self.visible_rows(signed_in_user(self.request))
        related = ("helpers", "reports", "proofs__given_by", "proofs__file")
        found = get_object_or_404(rows.prefetch_related(*related), pk=pk)
        return respond_with_version(found.matter, SupervisedTaskDetail(found).data, code=code)


def _read_asked(told: Mapping[str, Any]) -> Asked:
    first, last = this_year()
    since, until = told.get("since", first), told.get("until", last)
    return Asked(since, until, *(told.get(name, "") for name in ("office", "lead", "urgency")))


def _read_order(user: User, told: dict[str, Any]) -> Order:
    """What was sent, with its offices and where it comes from found; 404 for what the user does not see."""
    cause, unit = told.pop("matter", None), told.pop("unit", None)
    if cause is not None:
        cause = get_object_or_404(Matter.objects.visible_to(user), pk=cause)
    if unit is not None:
        unit = get_object_or_404(Unit.objects.visible_to(user), pk=unit)
    lead = _get_office(told.pop("lead"), "lead")
    helpers = tuple(_get_office(code, "helpers") for code in told.pop("helpers"))
    return Order(lead=lead, helpers=helpers, cause=cause, unit=unit, **told)


def _get_office(code: str, field: str) -> Office:
    found: Office | None = Office.objects.in_force(clock.today()).filter(code=code).first()
    if found is None:
        raise Refused("office-unfit", _("Choose an office that exists."), field=field)
    return found
