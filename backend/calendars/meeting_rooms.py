"""The rooms of an office in which meetings are held."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.calendars.keepers import get_kept_office, require_keeper, require_seat_in
from backend.calendars.models import Meeting, MeetingRoom
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.papers.words import check_text


def open_room(
    *, actor: User, office: int, name: str, place: str = "", seats: int | None = None
) -> MeetingRoom:
    """Let a room be booked from now on.

    Raises Refused: 403; 404 for an office outside the actor's line; 409 ``room-exists``.
    """
    found = get_kept_office(actor, office)
    room = MeetingRoom(
        office=found, name=check_text(name, name="name"), place=check_text(place, name="place"),
        seats=seats,
    )  # fmt: skip
    try:
        with transaction.atomic(), attribute_changes_to(actor):
            room.save(force_insert=True)
    except IntegrityError:
        text = _("The office has a room of this name. Choose another name.")
        raise Refused("room-exists", text, field="name", status=409) from None
    return room


def close_room(*, actor: User, room: int) -> MeetingRoom:
    """Let nobody book the room any more; again changes nothing.

    Raises Refused: 403, 404; 409 ``room-booked`` while a meeting is to be held there.
    """
    require_keeper(actor)
    with transaction.atomic(), attribute_changes_to(actor):
        found = lock_row(MeetingRoom.objects.visible_to(actor).select_related("office"), room)
        if found is None:
            raise not_found(_("There is no such room for you."))
        require_seat_in(actor, found.office)
        coming = Meeting.objects.still_called().filter(room=found, ends_at__gt=clock.now())
        if coming.exists():
            text = _("Meetings are to be held there. Move or cancel them first.")
            raise Refused("room-booked", text, status=409)
        if found.closed_at is None:
            found.closed_at = clock.now()
            found.save(update_fields=["closed_at"])
    return found
