"""What is told of accounts, and what is sent to open or change one."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    EmailField,
    IntegerField,
    PrimaryKeyRelatedField,
)

from backend.accounts.models import DeviceToken, Role, User
from backend.directory.models import Membership
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer
from geo.models import Region


def _region_field(**options: Any) -> PrimaryKeyRelatedField[Region]:
    """The jurisdiction by its code."""
    return PrimaryKeyRelatedField(
        queryset=Region.objects.defer("boundary", "label_point"),
        pk_field=CharField(max_length=6),
        allow_null=True,
        **options,
    )


class AccountEntitySerializer(ModelSerializer[Membership]):
    """An entity for which the account acts."""

    name = CharField(source="entity.shown_name", read_only=True)

    class Meta:
        model = Membership
        fields: Any = ("id", "entity", "name")
        read_only_fields: Any = fields


class AccountSerializer(ModelSerializer[User]):
    """Somebody who signs in. No jurisdiction: an enterprise's account."""

    region: Any = _region_field(required=False)
    name = CharField(source="display_name", max_length=40, required=False, allow_blank=True)
    email = EmailField(max_length=254, required=False, allow_blank=True)
    active = BooleanField(source="is_active", read_only=True)
    second_factor = BooleanField(read_only=True, help_text="Whether one is set up")
    entities = AccountEntitySerializer(source="memberships", many=True, read_only=True)

    class Meta:
        model = User
        fields: Any = (
            "id", "username", "name", "email", "role", "region", "active", "second_factor",
            "given_password_until", "last_login", "entities",
        )  # fmt: skip
        read_only_fields: Any = ("username", "given_password_until", "last_login")


class AccountEntrySerializer(Serializer[Any]):
    """An account to open."""

    username = CharField(max_length=150)
    name = CharField(source="display_name", max_length=40, default="", allow_blank=True)
    email = EmailField(max_length=254, default="", allow_blank=True)
    role = ChoiceField(choices=Role.choices)
    region: Any = _region_field(default=None)
    entity = IntegerField(
        min_value=1, max_value=BIGGEST_ID, required=False,
        help_text="The enterprise, or the inspection body, for which the account acts",
    )  # fmt: skip


class GivenPasswordSerializer(Serializer[Any]):
    """An account with a password that is shown once."""

    account = AccountSerializer()
    password = CharField(help_text="To be changed at the first sign-in, in the pages")


class PasswordResetSerializer(Serializer[Any]):
    """What is lost besides the password."""

    second_factor = BooleanField(default=False, help_text="Whether to take it off as well")


class AccountDeviceSerializer(ModelSerializer[DeviceToken]):
    """A phone on which the account is signed in."""

    signed_in_at = DateTimeField(source="created", read_only=True)
    ends_at = DateTimeField(source="expiry", read_only=True, allow_null=True)

    class Meta:
        model = DeviceToken
        fields: Any = ("device_id", "device_name", "signed_in_at", "ends_at")
        read_only_fields: Any = fields
