"""What phones get and send of matters, field by field."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from backend.fieldwork.serializers import BIGGEST_ID, AnswerField
from backend.lib.serializers import Serializer
from backend.matters.passings import ADD_SIGNER, CLAIM, HAND_OVER, RELEASE, TAKE_BACK
from mobile_api.outbox_serializers import DUPLICATE


class PairField(serializers.ListField):
    """Two texts: a code and its name, or a label and a value."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(), min_length=2, max_length=2, **options)


class MatterRowShape(Serializer[Any]):
    """A matter as a list shows it."""

    matter = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Grows with each change; a decision names it")
    number = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    kind = serializers.CharField()
    kind_name = serializers.CharField()
    state_name = serializers.CharField()
    office_name = serializers.CharField()
    urgency = serializers.CharField()
    urgency_name = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)


class AssignmentShape(MatterRowShape):
    """What waits for the user."""

    assignment = serializers.IntegerField()
    asks = serializers.CharField(help_text="What is asked, as the flow calls it")
    opened_at = serializers.DateTimeField()


class AssignmentPageShape(Serializer[Any]):
    """One page, what is due first before the others."""

    results = AssignmentShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page")


class PastRowShape(MatterRowShape):
    """What the user decided or began."""

    did = serializers.CharField(allow_blank=True, help_text="What he decided; empty where he began")
    at = serializers.DateTimeField(allow_null=True)


class PastPageShape(Serializer[Any]):
    """One page, the newest first."""

    results = PastRowShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page")


class DeadlineShape(Serializer[Any]):
    """By when, and why then."""

    due_on = serializers.DateField()
    why = serializers.CharField(help_text="One sentence")
    late = serializers.BooleanField()
    paused = serializers.BooleanField()
    runs = serializers.BooleanField(help_text="Neither met nor dropped")


class TrailShape(Serializer[Any]):
    """What was done."""

    at = serializers.DateTimeField()
    did = serializers.CharField()
    state = serializers.CharField(help_text="Where it led to")
    by = serializers.CharField(allow_null=True, help_text="Nobody where a clock did")
    on_behalf_of = serializers.CharField(allow_null=True)
    office = serializers.CharField(allow_null=True)
    remark = serializers.CharField(allow_blank=True)


class EnclosureShape(Serializer[Any]):
    """A file that belongs to the matter."""

    key = serializers.CharField()
    title = serializers.CharField()
    media_type = serializers.CharField()


class EnclosureAddressShape(Serializer[Any]):
    """Where the file is to be had."""

    address = serializers.CharField(help_text="Works for two minutes")


class EnclosurePagesShape(Serializer[Any]):
    """Some pages of a file as pictures."""

    pages = serializers.IntegerField(help_text="How many it has")
    media_type = serializers.CharField()
    pictures = serializers.ListField(
        child=serializers.CharField(), help_text="In base64, from ``first`` on, ten at most"
    )


class FieldShape(Serializer[Any]):
    """What is said with a decision beside the demands of the flow."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    kind = serializers.ChoiceField(choices=["yes", "day", "number", "choice", "text", "lines"])
    required: Any = serializers.BooleanField()
    most = serializers.IntegerField(allow_null=True, help_text="Characters")
    choices = serializers.ListField(child=PairField(), help_text="Value and name")
    value = serializers.CharField(
        allow_blank=True, help_text="What it holds already; ``true`` of a yes that is ticked"
    )


class OfferShape(Serializer[Any]):
    """A decision that the user may take now, and what it demands."""

    decision = serializers.CharField()
    label: Any = serializers.CharField()
    remark = serializers.BooleanField(help_text="Whether a remark must be given")
    grounds = serializers.ListField(
        child=PairField(), help_text="One of these must be given, if any"
    )
    office = serializers.CharField(help_text="Which list of offices one is chosen from; or empty")
    persons = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="How many at least and at most"
    )
    fields: Any = FieldShape(many=True)
    at_desk = serializers.BooleanField(help_text="It needs what a phone cannot ask")


class PassingShape(Serializer[Any]):
    """What the user may do beside deciding, by an item of this type."""

    type = serializers.ChoiceField(choices=[CLAIM, RELEASE, HAND_OVER, ADD_SIGNER, TAKE_BACK])
    label: Any = serializers.CharField()
    assignment = serializers.IntegerField(allow_null=True)
    about = serializers.CharField(
        allow_blank=True, help_text="What is asked, and of whom where it is not the user"
    )
    people = serializers.ListField(
        child=PairField(), help_text="Of his own offices; others are found by ``people``"
    )


class PeopleShape(Serializer[Any]):
    """People to choose from."""

    people = serializers.ListField(
        child=PairField(), help_text="The name to sign in with; the name with the offices"
    )


class ChoicesShape(Serializer[Any]):
    """What offers choose from."""

    offices = serializers.DictField(
        child=serializers.ListField(child=PairField()), help_text="By line: code and name"
    )
    people = serializers.ListField(
        child=PairField(), help_text="Of the user's offices; others are found by ``people``"
    )


class MatterShape(MatterRowShape):
    """A matter with all that a decision needs."""

    received_at = serializers.DateTimeField()
    outcome_name = serializers.CharField(help_text="Empty while it is open")
    facts = serializers.ListField(
        child=PairField(), help_text="Label, which may be empty, and value"
    )
    deadlines = DeadlineShape(many=True)
    trail = TrailShape(many=True)
    enclosures = EnclosureShape(many=True)
    decisions = OfferShape(many=True)
    passings = PassingShape(many=True)
    choices = ChoicesShape()
    page = serializers.CharField(help_text="The path of its page at the desk")


class ReadShape(Serializer[Any]):
    """A matter in the version that was read."""

    matter = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class TakenBackShape(ReadShape):
    """The last step of a matter, with a remark."""

    remark = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DecidedShape(TakenBackShape):
    """A decision on the version that was read, with what is said with it."""

    decision = serializers.CharField(max_length=32)
    ground = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")
    office = serializers.CharField(max_length=24, required=False, help_text="Code of the office")
    persons = serializers.ListField(
        child=serializers.CharField(max_length=150),
        required=False,
        default=list,
        max_length=20,
        help_text="The names that those chosen sign in with",
    )
    details = serializers.DictField(
        child=AnswerField(), required=False, default=dict, help_text="By names of ``fields``"
    )


class TakenOnShape(ReadShape):
    """An assignment that is taken, or given back."""

    assignment = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)


class HandedOverShape(TakenBackShape, TakenOnShape):
    """An assignment that goes to somebody."""

    person = serializers.CharField(max_length=150, help_text="The name that he signs in with")


class SignerShape(HandedOverShape):
    """Somebody who is asked besides, before oneself or after."""

    before = serializers.BooleanField()


DECISION = "decision"
BODIES: dict[str, type[ReadShape]] = {
    DECISION: DecidedShape,
    CLAIM: TakenOnShape,
    RELEASE: TakenOnShape,
    HAND_OVER: HandedOverShape,
    ADD_SIGNER: SignerShape,
    TAKE_BACK: TakenBackShape,
}
"""By type of an item, the shape of its body."""


class DecisionItemShape(Serializer[Any]):
    """One decision of a batch, or what is asked for beside one."""

    id = serializers.UUIDField(help_text="Made by the phone; the same again decides once")
    type = serializers.ChoiceField(choices=list(BODIES))
    made_at = serializers.DateTimeField(required=False, help_text="By the phone's clock")
    body = serializers.DictField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """With the body as its type has it."""
        body = BODIES[attrs["type"]](data=attrs["body"])
        if not body.is_valid():
            raise serializers.ValidationError({"body": body.errors})
        return attrs | {"body": body.validated_data}


class DecisionsShape(Serializer[Any]):
    """A batch of decisions; each is judged by itself."""

    app = serializers.CharField(max_length=40, required=False, help_text="Version of the client")
    device_now = serializers.DateTimeField(required=False)
    items = serializers.ListField(
        child=serializers.JSONField(allow_null=True), max_length=settings.OUTBOX_MAX_ITEMS
    )


class DecisionReceiptShape(Serializer[Any]):
    """What became of one decision."""

    id = serializers.CharField(allow_null=True, help_text="As sent")
    state = serializers.ChoiceField(choices=["accepted", DUPLICATE, "conflict", "rejected"])
    code = serializers.CharField(help_text="Why not; empty where it was taken")
    detail = serializers.CharField()
    errors: Any = serializers.ListField(child=serializers.DictField())


class DecisionReceiptsShape(Serializer[Any]):
    """One receipt for each decision, in order."""

    receipts = DecisionReceiptShape(many=True)
