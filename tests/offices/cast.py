"""Offices and posts for tests: the line of 济南, and who holds what in it."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import User
from backend.directory.models import Authority
from backend.offices.models import Office, Post
from geo.models import Region

LONG_AGO = dt.date(2018, 11, 1)


def make_office(region: Region, parent: Office | None = None, **facts: object) -> Office:
    """The office of the authority of ``region``, with the authority."""
    authority, _made = Authority.objects.get_or_create(
        code=f"S{region.pk}",
        defaults={"name": f"{region.name}市场监督管理局", "level": region.level, "region": region},
    )
    made: Office = Office.objects.create(
        **{"code": authority.code, "name": authority.name, "authority": authority,
           "region": region, "parent": parent} | facts
    )  # fmt: skip
    return made


def give(user: User, office: Office, role: str, **days: object) -> Post:
    """A post that began long ago."""
    made: Post = Post.objects.create(
        **{"user": user, "office": office, "role": role, "starts_on": LONG_AGO} | days
    )
    return made
