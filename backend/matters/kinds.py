"""The kinds of matters: each names itself once, and the floor serves it."""

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from backend.evidence.handed_out import HandedOut
from backend.lib.problems import Refused

if TYPE_CHECKING:
    from backend.accounts.models import User
    from backend.matters.models import Matter, Step

Details = Mapping[str, Any]
"""What is decided beside remark, ground, office and persons: the columns of the kind."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to a matter: the paper that is decided about, an attachment, a photo.

    ``key`` is its name within the matter, of letters, digits and hyphens. ``hand_out`` gives a
    reader the file as it lies in storage, None where it is on its way; it refuses whom more than
    the sight of the matter is asked of, and writes down a look where that must be.
    """

    key: str
    title: str
    media_type: str
    hand_out: Callable[[User], HandedOut | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of matter, listed by dotted path in ``settings.MATTER_KINDS``.

    ``model`` is its child: a row whose primary key ``matter`` is the matter. ``flows`` are the
    names of the flows that it may run by, the usual one first. ``facts`` gives what its flows ask
    for. ``record_details`` writes what came with a decision into the child, in the transaction of
    the decision, refuses what does not fit, and returns what the trail may say of it. ``partial`` is the template of its facts on the
    page of a matter, ``serializer`` the dotted name of theirs in REST.
    """

    name: str
    title: str | Promise
    model: type[Model]
    flows: tuple[str, ...]
    facts: Callable[[Matter], Mapping[str, Any]]
    partial: str
    serializer: str
    record_details: Callable[[Matter, str, Details], Details] | None = None
    clean_text: Callable[[Matter, str], str] | None = None
    """What of a remark may be kept in the trail, where something must not stand in it."""
    detail_forms: Mapping[str, str] = field(default_factory=dict)
    """By decision, the dotted name of the form of what comes with it on the page of a matter. Where
    it has ``prepare(fields, matter)``, that fills in what the matter has already."""
    further_offices: Callable[[Matter], list[int]] | None = None
    """Offices beside those of the authority whose people its page offers to be asked."""
    step_names: Mapping[str, str | Promise] = field(default_factory=dict)
    """What the trail calls the steps of the kind that are neither the flow's nor all matters'."""
    open_part: Callable[[Matter, str], Matter] | None = None
    """Opens the sub-matter that a decision calls for by the name of its flow."""
    carry_out: Callable[[Matter, str, Step], None] | None = None
    """Does what follows from a decision that took effect, whoever or whatever took it, in its
    transaction: with the decision's name and the step that was written. Raises Refused to undo it."""
    chosen_day: Callable[[Matter, str], dt.date | None] | None = None
    """The day that people chose for the clock of this rule; None where its days are counted."""
    told_of_misses: Callable[[Matter], Iterable[User]] | None = None
    """Who is told that a deadline was missed, beside those who are asked and who leads the office."""
    enclosures: Callable[[Matter], Iterable[Enclosure]] | None = None
    """The files that belong to a matter, for whoever sees it."""


@functools.cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    found: list[Kind] = [import_string(path) for path in settings.MATTER_KINDS]
    return {kind.name: kind for kind in found}


def get_kind(name: str) -> Kind:
    """The kind called ``name``; raises Refused 422 ``unknown-kind``."""
    if name not in all_kinds():
        raise Refused("unknown-kind", _("There is no such kind of matter."), field="kind")
    return all_kinds()[name]


def clean_text(matter: Matter, text: str) -> str:
    """A remark as the trail of ``matter`` keeps it."""
    clean = get_kind(matter.kind).clean_text if text else None
    return clean(matter, text) if clean else text


def find_detail_form(matter: Matter, decision: str) -> type[forms.Form] | None:
    """The form of what comes with ``decision`` beside its demands, where something does."""
    name = get_kind(matter.kind).detail_forms.get(decision)
    found: type[forms.Form] | None = import_string(name) if name else None
    return found


def read_detail_fields(details: type[forms.Form], matter: Matter) -> dict[str, forms.Field]:
    """The fields of what comes with a decision, filled in by their form where it knows how."""
    fields = copy.deepcopy(details.base_fields)
    if prepare := getattr(details, "prepare", None):
        prepare(fields, matter)
    return fields
