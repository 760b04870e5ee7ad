"""Gives announcements that matter still to people who have joined an office since."""

from __future__ import annotations

from collections import defaultdict

from celery import shared_task
from django.db import transaction

from backend.announcements.addressees import address_offices
from backend.announcements.models import Announcement
from backend.announcements.news import tell_people


@shared_task(ignore_result=True)
def address_newcomers() -> int:
    """Address and notify them; returns how many receipts were given. Again gives none."""
    with transaction.atomic():
        pairs = address_offices(Announcement.objects.in_force())
        newcomers = defaultdict(set)
        for pk, person in pairs:
            newcomers[pk].add(person)
        for announcement in Announcement.objects.filter(pk__in=newcomers):
            tell_people(announcement, newcomers[announcement.pk])
    return len(pairs)
