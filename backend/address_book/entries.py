"""The entries of the address book: the posts in force, found by name, office, title or telephone."""

from __future__ import annotations

import re

from django.db.models import Q

from backend.accounts.models import Role, User
from backend.address_book.models import Contact
from backend.lib import clock
from backend.lib.identifiers.masking import mask_phone
from backend.offices.models import Office, Post, PostQuerySet, post_in_force

_MOST_WORDS = 5


def list_entries(reader: User) -> PostQuerySet:
    """The posts of today with their holders and offices: to staff all of them, to enterprises none.

    Who holds no post today, or whose account is closed, is in none; somebody with several posts
    stands at each of them.
    """
    if reader.role == Role.ENTERPRISE:
        return Post.objects.none()
    rows = Post.objects.filter(post_in_force(clock.today()), user__is_active=True)
    return rows.select_related("user__contact", "office")


def filter_entries(rows: PostQuerySet, text: str) -> PostQuerySet:
    """Those of ``rows`` in which each word of ``text`` is part of name, title, office or work telephone."""
    for word in text.split()[:_MOST_WORDS]:
        found = (
            Q(user__display_name__icontains=word)
            | Q(title__icontains=word)
            | Q(office__name__icontains=word)
        )
        if digits := re.sub(r"[^0-9]", "", word):
            found |= Q(user__contact__work_phone__contains=digits)
            found |= Q(user__contact__work_phone__contains=word)
        rows = rows.filter(found)
    return rows


def entries_of_descendants(rows: PostQuerySet, office: Office) -> PostQuerySet:
    """Those of ``rows`` in ``office`` and in all below it."""
    return rows.filter(office__path__startswith=office.path)


def contact_of(user: User) -> Contact:
    """How ``user`` is reached; an unsaved row of whoever has said nothing."""
    known: Contact | None = getattr(user, "contact", None)
    return known or Contact(user=user)


def mask_mobile(contact: Contact) -> str:
    """The own number as colleagues read it."""
    return mask_phone(contact.mobile) if contact.mobile else ""
