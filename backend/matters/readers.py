"""Letting offices, roles and people see a matter."""

from __future__ import annotations

from collections.abc import Iterable

from backend.flows.moves import Asked
from backend.lib import clock
from backend.matters.models import Matter, MatterReader


def let_office_see(matter: Matter, office: int) -> None:
    """The office, and those above it, see the matter from now on, unless named people only do."""
    if matter.secrecy == Matter.Secrecy.OPEN:
        _insert_readers([MatterReader(matter=matter, office_id=office, since=clock.now())])


def let_people_see(matter: Matter, people: Iterable[int]) -> None:
    """These people see the matter from now on, whatever their offices."""
    now = clock.now()
    _insert_readers([MatterReader(matter=matter, user_id=person, since=now) for person in people])


def let_asked_see(matter: Matter, asks: Iterable[Asked]) -> None:
    """Who is asked sees the matter: a person by name; a role with its office, or alone in it."""
    now = clock.now()
    named = matter.secrecy == Matter.Secrecy.NAMED
    _insert_readers(
        [
            MatterReader(matter=matter, user_id=ask.person, since=now)
            if ask.person is not None
            else MatterReader(
                matter=matter, office_id=ask.office, role=ask.role if named else "", since=now
            )
            for ask in asks
        ]
    )


def _insert_readers(rows: list[MatterReader]) -> None:
    if rows:
        MatterReader.objects.bulk_create(rows, ignore_conflicts=True)
