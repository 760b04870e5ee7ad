"""The common name (统称) of a whole level below, in place of a long list of its authorities.

Regulation on official documents (2012), art. 9 (8): the main recipients stand by their full names, by
settled short ones, or by the common name of offices of one kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.directory.models import Authority
from backend.documents.models import Document, Party
from backend.lib import clock
from backend.offices.models import Office

_EACH = {Authority.Level.CITY: "各市", Authority.Level.COUNTY: "各县（市、区）"}


def name_recipients(document: Document, part: str) -> list[str]:
    """The parties of a part as they are printed: where all authorities of a level below are named, as one.

    The common name stands where the first of them stood. A level of one authority, or of several
    whose names are not alike but for the place, keeps its names; so do those that issue it too.
    """
    parties = list(document.parties.filter(part=part))
    instead = {} if part == Party.Part.JOINT else _name_levels(document.matter.office, parties)
    return list(dict.fromkeys(instead.get(one.office_id, one.name) for one in parties))


def _name_levels(host: Office, parties: Sequence[Party]) -> dict[int | None, str]:
    """By the keys of offices, the common name of their level."""
    named = {party.office_id for party in parties} - {None}
    instead: dict[int | None, str] = {}
    if len(named) < 2:
        return instead
    for level, each in _EACH.items():
        below = Office.objects.of_authorities().in_force(clock.today())
        rows = below.descending_from(host).exclude(pk=host.pk).filter(authority__level=level)
        called = list(rows.values_list("pk", "name", "region__name"))
        keys = {key for key, _name, _place in called}
        kinds = {name.removeprefix(place) for _key, name, place in called}
        if len(keys) > 1 and len(kinds) == 1 and keys <= named:
            instead |= dict.fromkeys(keys, f"{each}{kinds.pop()}")
    return instead
