"""Many looks at personal data in a short time are a case, whichever door they came through."""

from __future__ import annotations

from django.conf import settings

from backend.accounts.models import User
from backend.cases.actions import open_case
from backend.cases.models import Case
from backend.directory.looks import list_harvests


def open_harvest_cases() -> int:
    """Open a case about each user who looked at personal data ``LOOKS_PER_HOUR`` times within an hour; returns how many.

    He cannot close it himself. While it is open it hears the newest count.
    """
    found = list(list_harvests(settings.LOOKS_PER_HOUR))
    for row in found:
        open_case(
            kind=Case.Kind.HARVEST,
            subject=f"user-{row['user']}",
            region_id=row["region"],
            user=User.objects.get(pk=row["user"]),
            facts={name: row[name] for name in ("looks", "people", "entities")},
        )
    return len(found)
