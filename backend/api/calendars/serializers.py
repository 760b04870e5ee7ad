"""What meetings, participants, rosters and duties look like, and what is sent of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    ListField,
    PrimaryKeyRelatedField,
    TimeField,
)

from backend.calendars.models import Duty, DutyDesk, DutySwap, Meeting, Participant, Roster, Shift
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer

MOST_NAMED = 1000


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class ClockTimeField(TimeField):
    """Hour and minute in China. The format ``time`` of JSON Schema would want seconds and a zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)


def _key_field(**options: Any) -> IntegerField:
    return IntegerField(min_value=1, max_value=BIGGEST_ID, **options)


def _keys_field(**options: Any) -> Any:
    return ListField(child=_key_field(), max_length=MOST_NAMED, required=False, **options)


class MeetingSerializer(ModelSerializer[Meeting]):
    """A meeting; ``sequence`` grows with each change."""

    office_name = CharField(source="office.name", read_only=True)
    room_name = CharField(source="room.name", read_only=True, default=None, allow_null=True)
    chair_name = CharField(source="chair", read_only=True)
    papers: Any = PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields: Any = (
            "id", "office", "office_name", "title", "starts_at", "ends_at", "room", "room_name",
            "place", "agenda", "chair", "chair_name", "papers", "matter", "minutes", "state",
            "reason", "sequence", "called_at", "changed_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class ClashSerializer(Serializer[Any]):
    """Somebody has something else at the time of the meeting; what it is stays untold."""

    person = IntegerField()
    name = CharField()
    what = ChoiceField(choices=("meeting", "duty"))
    starts_at = DateTimeField()
    ends_at = DateTimeField()


class MeetingWithClashesSerializer(MeetingSerializer):
    """A meeting with who has something else then, which is a warning."""

    clashes: Any = ClashSerializer(many=True, read_only=True)

    class Meta(MeetingSerializer.Meta):
        fields = (*MeetingSerializer.Meta.fields, "clashes")
        read_only_fields = fields


class TimeAndPlaceSerializer(Serializer[Any]):
    """When and where: a room, a place in words, or both. Times without a zone are China's."""

    starts_at = DateTimeField()
    ends_at = DateTimeField()
    room = _key_field(required=False, allow_null=True)
    place = CharField(max_length=120, required=False, allow_blank=True)


class MoveMeetingSerializer(TimeAndPlaceSerializer):
    """When and where from now on, and why."""

    reason = CharField(max_length=400)


class WordingSerializer(Serializer[Any]):
    """What a meeting is about; what is left out stays."""

    title = CharField(max_length=120, required=False)
    agenda = CharField(max_length=4000, required=False, allow_blank=True)
    papers = _keys_field()
    matter = _key_field(required=False, allow_null=True)
    minutes = _key_field(required=False, allow_null=True)


class AskedPeopleSerializer(Serializer[Any]):
    """Who is asked: people by their numbers, whole offices as they are staffed now."""

    people = _keys_field()
    offices = _keys_field()


class NewMeetingSerializer(TimeAndPlaceSerializer, AskedPeopleSerializer):
    """A meeting to call."""

    office = _key_field()
    title = CharField(max_length=120)
    agenda = CharField(max_length=4000, required=False, allow_blank=True)
    papers = _keys_field()
    matter = _key_field(required=False, allow_null=True)
    chair = _key_field(required=False, allow_null=True, help_text="Else who calls it")


class MeetingCancellationSerializer(Serializer[Any]):
    """Why."""

    reason = CharField(max_length=400)


class CountAskedSerializer(Serializer[Any]):
    """How many were asked who were not before."""

    asked = IntegerField()


class ParticipantSerializer(ModelSerializer[Participant]):
    """Who is asked, by which office, and what he answered."""

    name = CharField(source="user", read_only=True)
    substitute_name = CharField(source="substitute", read_only=True, allow_null=True)

    class Meta:
        model = Participant
        fields: Any = (
            "id", "user", "name", "office", "answer", "reason", "substitute", "substitute_name",
            "answered_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class AnswerSerializer(Serializer[Any]):
    """Whether one comes; who does not says why, who sends somebody names him."""

    answer = ChoiceField(
        choices=[choice for choice in Participant.Answer.choices if choice[0] != "open"]
    )
    reason = CharField(max_length=200, required=False, allow_blank=True)
    substitute = _key_field(required=False, allow_null=True)


class ShiftSerializer(ModelSerializer[Shift]):
    """A part of the day for which an office names people."""

    begins = ClockTimeField(read_only=True)

    class Meta:
        model = Shift
        fields: Any = ("id", "office", "name", "begins", "hours", "people", "ended_at")
        read_only_fields: Any = fields


class NewShiftSerializer(Serializer[Any]):
    """A shift to name people for."""

    office = _key_field()
    name = CharField(max_length=20)
    begins = ClockTimeField()
    hours = IntegerField(min_value=1, max_value=24)
    people = IntegerField(min_value=1, max_value=20)


class DutyDeskSerializer(ModelSerializer[DutyDesk]):
    """How the duty of an office is reached."""

    class Meta:
        model = DutyDesk
        fields: Any = ("office", "phone")
        read_only_fields: Any = ("office",)


class DutySerializer(ModelSerializer[Duty]):
    """One person on duty for one shift of one day."""

    office = IntegerField(source="roster.office_id", read_only=True)
    office_name = CharField(source="roster.office.name", read_only=True)
    phone = CharField(
        source="roster.office.duty_desk.phone", read_only=True, default=None, allow_null=True
    )
    shift_name = CharField(source="shift.name", read_only=True)
    name = CharField(source="person", read_only=True)

    class Meta:
        model = Duty
        fields: Any = (
            "id", "roster", "office", "office_name", "phone", "day", "shift", "shift_name",
            "person", "name", "leads", "starts_at", "ends_at",
        )  # fmt: skip
        read_only_fields: Any = fields


class FaultSerializer(Serializer[Any]):
    """What keeps a roster from being published."""

    code = ChoiceField(choices=("gap", "double"))
    day = DateField()
    text = CharField()


class AwaySerializer(Serializer[Any]):
    """Somebody is on duty on a day on which a substitute does his work: a warning."""

    day = DateField()
    person = IntegerField()
    name = CharField()


class RosterSerializer(ModelSerializer[Roster]):
    """The duty roster of an office for one month; a draft while ``published_at`` is empty."""

    office_name = CharField(source="office.name", read_only=True)
    shifts: Any = PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Roster
        fields: Any = ("id", "office", "office_name", "month", "shifts", "published_at")
        read_only_fields: Any = fields


class WholeRosterSerializer(RosterSerializer):
    """A roster with its duties, and with what is wrong with it."""

    duties: Any = DutySerializer(many=True, read_only=True, source="standing_duties")
    faults: Any = FaultSerializer(many=True, read_only=True)
    away: Any = AwaySerializer(many=True, read_only=True)

    class Meta(RosterSerializer.Meta):
        fields = (*RosterSerializer.Meta.fields, "duties", "faults", "away")
        read_only_fields = fields


class NewRosterSerializer(Serializer[Any]):
    """For which office and month."""

    office = _key_field()
    month = DateField(help_text="Any day of it")


class TurnsSerializer(Serializer[Any]):
    """Who leads and who is on duty, each list in its order."""

    leaders = _keys_field()
    people = _keys_field()


class SetDutiesSerializer(TurnsSerializer):
    """Who is on duty for one shift of one day, instead of whoever was."""

    day = DateField()
    shift = _key_field()


class DutySwapSerializer(ModelSerializer[DutySwap]):
    """One asks another to change duties."""

    given = DutySerializer(read_only=True)
    taken = DutySerializer(read_only=True)

    class Meta:
        model = DutySwap
        fields: Any = ("id", "given", "taken", "state", "asked_at", "answered_at")
        read_only_fields: Any = fields


class NewSwapSerializer(Serializer[Any]):
    """The duty that one would rather have."""

    other = _key_field()


class FeedSerializer(Serializer[Any]):
    """Whether there is a feed, and since when; its address is told once, where it is made."""

    made_at = DateTimeField(allow_null=True)
    address = CharField(allow_null=True)
    exists = BooleanField()
