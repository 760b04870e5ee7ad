"""Whom an announcement is for: whole offices, whole levels of authorities, people by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.houses import get_house
from backend.offices.models import Office, Post, PostQuerySet, post_in_force


class Audience(NamedTuple):
    """Offices by their keys, levels of authorities below the publisher's, people by their keys."""

    offices: Collection[int] = ()
    levels: Collection[str] = ()
    people: Collection[int] = ()


class Reached(NamedTuple):
    """The offices whose people are addressed, and the people who are addressed by name."""

    offices: set[int]
    people: set[int]


def resolve_audience(sender: Office, asked: Audience) -> Reached:
    """Whom ``asked`` means. A whole office is meant with its departments, without the authorities below.

    An office speaks to its own authority or body and to all below that. Raises Refused 422:
    ``audience-missing``, ``office-unknown``, ``person-unknown``.
    """
    line = {office.pk: office for office in list_line(sender)}
    if not set(asked.offices) <= set(line):
        told = _("Choose offices of your own authority or below it that exist today.")
        raise Refused("office-unknown", told, field="offices")
    chosen = set(asked.offices) | {
        pk for pk, office in line.items() if _is_descendant_of_level(office, sender, asked.levels)
    }
    people = set(asked.people)
    known = posts_in_line(sender).filter(user__in=people).values_list("user", flat=True)
    if not people <= set(known):
        told = _("Choose people who hold a post in your own authority or below it today.")
        raise Refused("person-unknown", told, field="people")
    offices = {
        office.pk
        for office in line.values()
        if any(pk in chosen and _is_one_house(office, line[pk]) for pk in office.line)
    }
    if not offices and not people:
        told = _("Say for whom it is: choose offices, a level or people.")
        raise Refused("audience-missing", told, field="offices")
    return Reached(offices, people)


def list_line(sender: Office) -> list[Office]:
    """The offices of today to whose people ``sender`` may speak, in the order of their codes."""
    rows = Office.objects.in_force(clock.today()).descending_from(get_house(sender))
    return list(rows.select_related("authority").order_by("code"))


def posts_in_line(sender: Office) -> PostQuerySet:
    """The posts of today to whose holders ``sender`` may speak."""
    house = get_house(sender)
    posts = Post.objects.filter(post_in_force(clock.today()), user__is_active=True)
    return posts.filter(office__path__startswith=house.path)


def _is_descendant_of_level(office: Office, sender: Office, levels: Collection[str]) -> bool:
    """Whether ``office`` is an authority of one of ``levels``, and not the one of ``sender``."""
    authority = office.authority
    if authority is None or authority.pk == sender.authority_id or office.code != authority.code:
        return False
    return authority.level in levels


def _is_one_house(one: Office, other: Office) -> bool:
    return (one.authority_id, one.body_id) == (other.authority_id, other.body_id)
