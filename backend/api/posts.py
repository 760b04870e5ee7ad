"""Posts (岗位) and substitutes (委托): one's own, and to an administrator those of his line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField, DateField, IntegerField

from backend.absences.substitutions import end_substitution, name_substitute
from backend.accounts.models import Role, User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import (
    IDEMPOTENCY_PARAMETER,
    OPTIONAL_IDEMPOTENCY_PARAMETER,
    making_once,
    read_idempotency_key,
)
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.problems import not_found
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.actions import end_post, give_post
from backend.offices.models import Office, Post, Substitution, post_in_force


class PostSerializer(ModelSerializer[Post]):
    """Who holds which role in which office; ``ends_on`` is its last day."""

    name = CharField(source="user", read_only=True)
    office_name = CharField(source="office.name", read_only=True)

    class Meta:
        model = Post
        fields: Any = (
            "id", "user", "name", "office", "office_name", "role", "title", "starts_on", "ends_on",
        )  # fmt: skip
        read_only_fields: Any = fields


class PostEntrySerializer(Serializer[Any]):
    """A post to give."""

    user = IntegerField(min_value=1, max_value=BIGGEST_ID)
    office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    role = ChoiceField(choices=Role.choices)
    title = CharField(max_length=40, default="", allow_blank=True)
    starts_on = DateField(required=False, help_text="Else today")
    ends_on = DateField(required=False, allow_null=True, help_text="Its last day; else for good")


class PostEndingSerializer(Serializer[Any]):
    """When it is over."""

    last_day = DateField(required=False, help_text="Else today")


class SubstitutionSerializer(ModelSerializer[Substitution]):
    """Who does the work of a post for some days, both of them within."""

    name = CharField(source="substitute", read_only=True)
    holder = IntegerField(source="post.user_id", read_only=True)
    holder_name = CharField(source="post.user", read_only=True)
    made_by = CharField(read_only=True)

    class Meta:
        model = Substitution
        fields: Any = (
            "id", "post", "holder", "holder_name", "substitute", "name", "starts_on", "ends_on",
            "reason", "made_by", "made_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class SubstitutionEntrySerializer(Serializer[Any]):
    """Who shall stand in, when and why."""

    substitute = IntegerField(min_value=1, max_value=BIGGEST_ID)
    starts_on = DateField()
    ends_on = DateField(help_text="The last day")
    reason = CharField(max_length=200)


class PostFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What posts can be asked for by."""

    user = django_filters.NumberFilter(field_name="user_id", min_value=1, max_value=BIGGEST_ID)
    office = django_filters.NumberFilter(field_name="office_id", min_value=1, max_value=BIGGEST_ID)
    role = django_filters.ChoiceFilter(choices=Role.choices)
    on = django_filters.DateFilter(method="filter_on", label="Held on this day")

    class Meta:
        model = Post
        fields: Any = ()

    def filter_on(self, rows: QuerySet[Post], _name: str, day: dt.date) -> QuerySet[Post]:
        """Those in force on ``day``."""
        return rows.filter(post_in_force(day))


class PostResource(ListMixin, DetailMixin, Resource[Post]):
    """Posts of people in offices."""

    queryset = Post.objects.all()
    serializer_class = PostSerializer
    filterset_class = PostFilter
    lookup_value_converter = "key"
    rights = dict.fromkeys(("create", "ending"), (Right.MANAGE_ACCOUNTS,))

    def visible_rows(self, user: User) -> QuerySet[Post]:
        """Those that ``user`` may see."""
        return Post.objects.visible_to(user).select_related("user", "office")

    @extend_schema(
        request=PostEntrySerializer, parameters=[IDEMPOTENCY_PARAMETER],
        responses={201: PostSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Give somebody a post; the same key again gives it once."""
        key = read_idempotency_key(request)
        given = PostEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        account = User.objects.filter(pk=facts.pop("user")).first()
        if account is None:
            raise not_found(_("There is no such account in your jurisdiction."))
        office = Office.objects.filter(pk=facts.pop("office")).first()
        if office is None:
            raise not_found(_("There is no such office in your line."))
        post = give_post(
            actor=signed_in_user(request), account=account, office=office, key=key, **facts
        )
        return Response(PostSerializer(post).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PostEndingSerializer, responses=PostSerializer)
    @action(detail=True, methods=["post"])
    def ending(self, request: Request, pk: str) -> Response:
        """Let the post end."""
        post = self.get_object()
        given = PostEndingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ended = end_post(actor=signed_in_user(request), post=post, **given.validated_data)
        return Response(PostSerializer(ended).data)

    @extend_schema(
        parameters=[OPTIONAL_IDEMPOTENCY_PARAMETER],
        request=SubstitutionEntrySerializer,
        responses={201: SubstitutionSerializer},
    )
    @action(detail=True, methods=["post"])
    @making_once()
    def substitutions(self, request: Request, pk: str) -> Response:
        """Let somebody stand in for the holder for some days."""
        post = self.get_object()
        given = SubstitutionEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        lent = name_substitute(actor=signed_in_user(request), post=post, **given.validated_data)
        return Response(SubstitutionSerializer(lent).data, status=status.HTTP_201_CREATED)


class SubstitutionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What substitutions can be asked for by."""

    post = django_filters.NumberFilter(field_name="post_id", min_value=1, max_value=BIGGEST_ID)
    on = django_filters.DateFilter(method="filter_on", label="In force on this day")

    class Meta:
        model = Substitution
        fields: Any = ()

    def filter_on(
        self, rows: QuerySet[Substitution], _name: str, day: dt.date
    ) -> QuerySet[Substitution]:
        """Those in whose days ``day`` lies."""
        return rows.filter(starts_on__lte=day, ends_on__gte=day)


class SubstitutionResource(ListMixin, DetailMixin, Resource[Substitution]):
    """Who stands in for whom."""

    queryset = Substitution.objects.all()
    serializer_class = SubstitutionSerializer
    filterset_class = SubstitutionFilter
    lookup_value_converter = "key"

    def visible_rows(self, user: User) -> QuerySet[Substitution]:
        """Those that ``user`` may see."""
        rows = Substitution.objects.visible_to(user)
        return rows.select_related("substitute", "post__user", "made_by")

    def destroy(self, request: Request, pk: str) -> Response:
        """End it from today on, or take it back before it began."""
        end_substitution(actor=signed_in_user(request), substitution=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
