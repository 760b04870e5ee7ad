"""Opens the matter of a letter or of a part of it, with its number and what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from backend.accounts.models import User
from backend.evidence.models import File
from backend.hotline.models import HotlineMatter, HotlinePhoto, Reporter
from backend.hotline.numbers import take_number
from backend.lib import clock
from backend.matters.links import Target, add_link
from backend.matters.models import Link, Matter
from backend.matters.opening import Opening, open_matter

KIND = "hotline"


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on a letter: ``keep_reporter`` seals who told it, the photos, what it is about."""

    keep_reporter: Callable[[HotlineMatter], Reporter]
    photos: Iterable[File] = ()
    about: Iterable[Target] = ()


def open_letter(
    *, actor: User | None, child: HotlineMatter, attached: Attached, **opening: Any
) -> Matter:
    """Open the matter of ``child`` by the facts of an ``Opening``, under the next number of its county.

    Whether ``actor`` may is asked by who calls, in whose transaction it is done.
    """
    facts = Opening(kind=KIND, child=child, **opening)
    take = partial(take_number, facts.region.pk, clock.today())
    matter = open_matter(actor=actor, opening=replace(facts, number=take))
    attached.keep_reporter(child)
    HotlinePhoto.objects.bulk_create(
        HotlinePhoto(matter=child, file=file) for file in attached.photos
    )
    for thing in attached.about:
        add_link(matter, Link.Kind.ABOUT, thing)
    return matter
