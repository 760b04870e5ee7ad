"""What is sent to matters, checked, with the things that it names found."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DictField,
    IntegerField,
    ListField,
)

from backend.accounts.models import User
from backend.api.idempotency import read_idempotency_key
from backend.directory.models import LegalEntity, Person
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.problems import Refused
from backend.lib.serializers import Serializer
from backend.matters.links import Target
from backend.matters.models import Link, Matter
from backend.matters.steps import Sending
from backend.papers.models import Paper
from backend.units.models import Unit


class DecisionBody(Serializer[Any]):
    """A decision with what is said with it."""

    decision = CharField(max_length=32)
    remark = CharField(max_length=2000, required=False, allow_blank=True, default="")
    ground = CharField(max_length=32, required=False, allow_blank=True, default="")
    office = CharField(max_length=24, required=False, help_text="Code of the office chosen")
    persons = ListField(
        child=CharField(max_length=150), required=False, default=list, max_length=20,
        help_text="The names that those chosen sign in with",
    )  # fmt: skip
    details = DictField(required=False, default=dict, help_text="Columns of the kind")


class RemarkBody(Serializer[Any]):
    """Why, where there is something to say."""

    remark = CharField(max_length=2000, required=False, allow_blank=True, default="")


class HandOverBody(RemarkBody):
    """To whom."""

    person = CharField(max_length=150, help_text="The name that he signs in with")


class SignerBody(HandOverBody):
    """Who is asked too, and whether before."""

    before = BooleanField(required=False, default=False)


class LinkBody(Serializer[Any]):
    """What the matter has to do with: one of unit, entity, person, matter and paper."""

    kind = ChoiceField(choices=Link.Kind.choices)
    unit = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    entity = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    person = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    matter = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    paper = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)


_LINKED: dict[str, Any] = {
    "unit": Unit, "entity": LegalEntity, "person": Person, "matter": Matter,
    "paper": Paper,
}  # fmt: skip


def read_body(request: Request, body: type[Serializer[Any]]) -> dict[str, Any]:
    """The checked members of a body; raises ValidationError."""
    given = body(data=request.data)
    given.is_valid(raise_exception=True)
    checked: dict[str, Any] = given.validated_data
    return checked


def read_sending(request: Request) -> Sending:
    """The Idempotency-Key with what it asks for; raises Refused 400 without one."""
    return Sending(read_idempotency_key(request), [request.path, request.data])


def get_link_target(user: User, facts: dict[str, Any]) -> Target:
    """The thing that a link leads to; 404 for what the user does not see.

    Raises Refused 422 ``link-unfit`` unless one thing is named.
    """
    named = [name for name in _LINKED if name in facts]
    if len(named) != 1:
        text = _("Name one of unit, entity, person, matter and paper.")
        raise Refused("link-unfit", text, field="kind")
    rows = _LINKED[named[0]].objects.visible_to(user)
    found: Target = get_object_or_404(rows, pk=facts[named[0]])
    return found
