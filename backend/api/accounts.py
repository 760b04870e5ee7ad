"""Accounts, for administrators: opened, changed, given a password, ended, opened again (账号)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import DeviceToken, Role, User
from backend.accounts.rights import Right
from backend.api.account_serializers import (
    AccountDeviceSerializer,
    AccountEntrySerializer,
    AccountSerializer,
    GivenPasswordSerializer,
    PasswordResetSerializer,
)
from backend.api.actors import signed_in_user
from backend.api.entities import replace_region_by_id
from backend.api.etags import ETAG_HEADER, IF_MATCH_HEADER, require_match, respond_with_etag
from backend.api.filters import RegionFilter
from backend.api.idempotency import OPTIONAL_IDEMPOTENCY_PARAMETER, making_once
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.offices.accounts import (
    accounts_administered_by,
    accounts_named,
    close_account,
    create_account,
    end_device,
    end_sign_ins,
    reopen_account,
    reset_password,
    update_account,
    with_particulars,
)


class AccountFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What accounts can be asked for by."""

    role = django_filters.ChoiceFilter(choices=Role.choices)
    region = RegionFilter(field_name="region_id")
    active = django_filters.BooleanFilter(field_name="is_active")
    search = django_filters.CharFilter(
        method="filter_by_name",
        max_length=60,
        label="Part of the name to sign in with, or of the shown one",
    )

    class Meta:
        model = User
        fields: Any = ()

    def filter_by_name(self, rows: QuerySet[User], name: str, text: str) -> QuerySet[User]:
        """By either name."""
        return accounts_named(rows, text)


class AccountResource(ListMixin, DetailMixin, Resource[User]):
    """The accounts of the administrator's jurisdiction, and of its enterprises."""

    queryset = User.objects.all()
    serializer_class = AccountSerializer
    filterset_class = AccountFilter
    lookup_value_converter = "key"
    rights = dict.fromkeys(
        (
            "list", "retrieve", "create", "partial_update", "password_reset", "sign_outs",
            "devices", "device", "closing", "opening",
        ),
        (Right.MANAGE_ACCOUNTS,),
    )  # fmt: skip

    def visible_rows(self, user: User) -> QuerySet[User]:
        """Those that the administrator keeps."""
        return with_particulars(accounts_administered_by(user))

    def account(self) -> User:
        """The account of the path; raises Http404."""
        return self.get_object()

    def shown(self, request: Request, account: User) -> Response:
        """The account as it is now, with its ETag."""
        return respond_with_etag(
            request, AccountSerializer(self.get_queryset().get(pk=account.pk)).data
        )

    def shown_once(self, account: User, password: str, *, code: int) -> Response:
        """The account with a password that nobody sees again."""
        told = {"account": self.get_queryset().get(pk=account.pk), "password": password}
        data = GivenPasswordSerializer(told).data
        return Response(data, status=code, headers={"Cache-Control": "no-store"})

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=AccountEntrySerializer,
        responses={201: GivenPasswordSerializer},
    )
    @making_once(shown_once="password")
    def create(self, request: Request) -> Response:
        """Open an account; the password is in this answer and nowhere else."""
        given = AccountEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        account, password = create_account(
            actor=signed_in_user(request), **replace_region_by_id(given.validated_data)
        )
        return self.shown_once(account, password, code=status.HTTP_201_CREATED)

    @extend_schema(parameters=[IF_MATCH_HEADER, ETAG_HEADER])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change facts of an account; needs ``If-Match``."""
        account = self.account()
        given = self.get_serializer(account, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = update_account(
            actor=signed_in_user(request),
            account=account,
            unchanged=lambda _row: require_match(
                request, AccountSerializer(self.get_queryset().get(pk=account.pk)).data
            ),
            **replace_region_by_id(given.validated_data),
        )
        return self.shown(request, changed)

    @extend_schema(request=PasswordResetSerializer, responses=GivenPasswordSerializer)
    @action(detail=True, methods=["post"], url_path="password-reset")
    def password_reset(self, request: Request, pk: str) -> Response:
        """Give a password for one sign-in; it is in this answer and nowhere else."""
        account = self.account()
        given = PasswordResetSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        changed, password = reset_password(
            actor=signed_in_user(request), account=account, **given.validated_data
        )
        return self.shown_once(changed, password, code=status.HTTP_200_OK)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="sign-outs")
    def sign_outs(self, request: Request, pk: str) -> Response:
        """Sign the account out of every browser and phone."""
        end_sign_ins(actor=signed_in_user(request), account=self.account())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=AccountDeviceSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def devices(self, request: Request, pk: str) -> Response:
        """The phones on which the account is signed in, newest first."""
        rows: Any = DeviceToken.objects.filter(user=self.account()).order_by("-created")
        asked: Any = self.filter_queryset(rows)
        return Response(AccountDeviceSerializer(asked, many=True).data)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path="devices/<str:device_id>")
    def device(self, request: Request, pk: str, device_id: str) -> Response:
        """Sign the account out of one phone, such as a lost one."""
        named = device_id.replace("\0", "")
        end_device(actor=signed_in_user(request), account=self.account(), device_id=named)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[ETAG_HEADER], request=None, responses=AccountSerializer)
    @action(detail=True, methods=["post"])
    def closing(self, request: Request, pk: str) -> Response:
        """Let nobody sign in under it any more."""
        return self.shown(
            request, close_account(actor=signed_in_user(request), account=self.account())
        )

    @extend_schema(parameters=[ETAG_HEADER], request=None, responses=AccountSerializer)
    @action(detail=True, methods=["post"])
    def opening(self, request: Request, pk: str) -> Response:
        """Let its holder sign in again; what was open stays ended."""
        return self.shown(
            request, reopen_account(actor=signed_in_user(request), account=self.account())
        )
