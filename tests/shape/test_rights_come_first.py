"""Every route that writes asks for the right before it reads what was sent.

Found by introspection: a new route is asked for its right, or named here as open to all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken
from tests.shape.test_every_route_is_guarded import filled
from tests.world import World

UNSAFE = frozenset({"post", "put", "patch", "delete"})
OPEN_TO_ALL = frozenset(
    {
        ("post", "api/v1/nearby/area"),  # reads; the polygon is too long for an address
        ("post", "api/v1/invitations/1/acceptance"),  # one's own
        ("delete", "api/v1/invitations/1"),
        ("post", "api/v1/tokens"),  # one's own
        ("delete", "api/v1/tokens/1"),
        ("post", "api/v1/posts/1/substitutions"),  # of one's own post
        ("delete", "api/v1/substitutions/1"),
        ("post", "api/v1/absences"),  # one's own
        ("post", "api/v1/absences/1/ending"),
        # What may be done in a matter is said by its flow; whoever does not see it finds none.
        ("post", "api/v1/matters/1/decisions"),
        ("post", "api/v1/matters/1/take-back"),
        ("post", "api/v1/matters/1/links"),
        ("post", "api/v1/matters/exports"),  # of the list that each sees
        ("post", "api/v1/matters/filters"),  # one's own
        ("patch", "api/v1/matters/filters/1"),
        ("delete", "api/v1/matters/filters/1"),
        ("post", "api/v1/assignments/1/claim"),
        # By right, or by who has the complaint in hand; whoever does not see it finds none.
        ("post", "api/v1/hotline/letters/1/reporter"),
        ("post", "api/v1/assignments/1/release"),
        ("post", "api/v1/assignments/1/hand-over"),
        ("post", "api/v1/assignments/1/signers"),
        ("post", "api/v1/notifications/1/reading"),  # one's own
        ("put", "api/v1/notification-wishes"),
        # Of what is addressed to oneself; whoever does not see it finds none.
        ("post", "api/v1/announcements/1/opening"),
        ("post", "api/v1/announcements/1/confirmation"),
        # Of the entities that one acts for; whoever acts for none finds none.
        ("post", "api/v1/applications"),
        ("post", "api/v1/applications/1/supplement"),
        ("post", "api/v1/applications/1/withdrawal"),
        ("post", "api/v1/applications/1/hearing"),
        ("post", "api/v1/meetings/1/answer"),  # of who is asked; others find none
        ("post", "api/v1/duties/1/swaps"),  # of one's own duty
        ("post", "api/v1/duty-swaps/1/agreement"),
        ("post", "api/v1/duty-swaps/1/refusal"),
        ("put", "api/v1/calendar-feed"),  # one's own
        ("delete", "api/v1/calendar-feed"),
        ("post", "api/v1/application-files"),
        # By whoever is asked to do the task; whoever does not see it finds none.
        ("post", "api/v1/supervised-tasks/1/proofs"),
        ("post", "mobile/v1/sign-in"),
        ("post", "mobile/v1/sign-out"),
        ("delete", "mobile/v1/devices/1"),  # one's own phone
        ("post", "mobile/v1/scans"),  # whoever sees a tag may scan it
        ("post", "mobile/v1/decisions"),  # what each asks is said by its flow
        ("post", "mobile/v1/receipts"),  # reads; of one's own items
    }
)


class Door(NamedTuple):
    """One method of one route."""

    method: str
    route: str


def doors() -> list[Door]:
    """Every method that writes, of every route of the two JSON doors."""
    return sorted(set(_doors(get_resolver().url_patterns, "")) - OPEN_TO_ALL)


def _doors(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Door]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, text)
        elif text.startswith(("api/", "mobile/")) and "^" not in text:
            for method in _methods(pattern.callback):
                yield Door(method, filled(text))


def _methods(callback: Any) -> frozenset[str]:
    view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    known = getattr(callback, "actions", None) or {m for m in UNSAFE if hasattr(view, m)}
    return UNSAFE & set(known)


@pytest.mark.parametrize("door", doors(), ids=lambda door: f"{door.method} {door.route}")
def test_who_has_no_right_is_told_so_whatever_he_sends(world: World, door: Door) -> None:
    _row, token = DeviceToken.objects.create(user=world.qian, device_id="phone-9")
    headers = {"Authorization": f"Token {token}", "Tus-Resumable": "1.0.0"}
    client = APIClient()
    if door.route.startswith("api/"):
        headers.pop("Authorization")
        client.force_authenticate(world.qian)
    for body in ("{}", "{", '{"unit": 1}', ""):
        answer = client.generic(
            door.method.upper(), f"/{door.route}", body, "application/json", headers=headers
        )
        assert answer.status_code == 403, (body, answer.content)


def test_each_door_that_is_open_to_all_exists() -> None:
    assert set(_doors(get_resolver().url_patterns, "")) >= OPEN_TO_ALL
