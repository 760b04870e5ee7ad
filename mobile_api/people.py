"""Whom a matter may go to or ask besides, found by a part of the name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import not_allowed
from backend.lib.serializers import Serializer
from backend.matters.asked import offers_for
from backend.matters.choices import (
    name_or_sign_in_contains,
    people_for,
    people_holding,
    people_to_take,
)
from backend.matters.models import Matter
from backend.matters.passings import ADD_SIGNER, HAND_OVER, passings_for
from backend.offices.models import Post, post_in_force
from backend.offices.seats import Seats
from mobile_api.base_views import DeviceView, signed_in_user
from mobile_api.matter_serializers import PeopleShape
from mobile_api.visible_matters import get_visible_matter

MOST_FOUND = 20
MOST_NEAR = 50
"""So many people of his own offices a phone is given with a matter, to choose from without a network."""

Described = list[list[str]]
"""The name that each signs in with, and the name with the offices by which others tell him apart."""


class PeopleQuery(Serializer[Any]):
    """Who is looked for."""

    text = serializers.CharField(max_length=60)
    assignment = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Which is to be handed over"
    )


class PeopleView(DeviceView):
    """``GET matters/<id>/people``."""

    parameters = frozenset({"text", "assignment"})

    @extend_schema(
        operation_id="mobile_people",
        parameters=[
            OpenApiParameter("text", str, required=True, description="A part of the name"),
            OpenApiParameter("assignment", int, description="Which is to be handed over"),
        ],
        responses=PeopleShape,
    )
    def get(self, request: Request, matter: int) -> Response:
        """The first twenty whom a decision may ask, or to whom ``assignment`` may be handed over."""
        user = signed_in_user(request)
        found = get_visible_matter(user, matter)
        asked = PeopleQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = _people_who_may_be_asked(user, found, asked.validated_data.get("assignment"))
        fits = rows.filter(name_or_sign_in_contains(asked.validated_data["text"]))[:MOST_FOUND]
        return Response({"people": describe_people(fits)})


def near_people(user: User, rows: QuerySet[User]) -> Described:
    """Those of ``rows`` who sit in an office of ``user``, as many as a phone carries."""
    offices = {seat.office for seat in Seats.of(user).seats}
    near = people_holding(Post.objects.filter(office__in=offices)).values("pk")
    return describe_people(rows.filter(pk__in=near)[:MOST_NEAR])


def describe_people(people: Iterable[User]) -> Described:
    """Each with the offices where he sits today."""
    found = list(people)
    posts = Post.objects.filter(post_in_force(clock.today()), user__in=found)
    sits: dict[int, dict[str, None]] = {}
    for user, office in posts.order_by("pk").values_list("user", "office__name"):
        sits.setdefault(user, {})[office] = None
    return [
        [one.username, " · ".join([str(one), "、".join(sits.get(one.pk, ()))])] for one in found
    ]


def _people_who_may_be_asked(user: User, matter: Matter, assignment: int | None) -> QuerySet[User]:
    """Whom ``user`` may choose from now; raises Refused 403 where he may choose nobody."""
    passings = passings_for(user, matter)
    if assignment is not None:
        for one in passings:
            if one.name == HAND_OVER and one.assignment and one.assignment.pk == assignment:
                return people_to_take(one.assignment)
    elif ADD_SIGNER in {one.name for one in passings} or any(
        offer.demands.persons for offer in offers_for(user, matter)
    ):
        return people_for(matter)
    raise not_allowed(_("Nobody is to be chosen here by you now."))
