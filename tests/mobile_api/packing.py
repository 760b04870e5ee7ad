"""How tests ask for the pack."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.test import APIClient

from tests.events.lines import settle

PACK = "/mobile/v1/pack"


def get(phone: APIClient, **query: Any) -> dict[str, Any]:
    """One answer, which must be good."""
    answer = phone.get(PACK, query)
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = json.loads(answer.content)
    return document


def ids(document: dict[str, Any]) -> list[int]:
    """The units of an answer."""
    return [unit["id"] for unit in document["units"]]


def whole(phone: APIClient, **query: Any) -> list[dict[str, Any]]:
    """Every page of the pack."""
    pages = [get(phone, **query)]
    while pages[-1]["next"] is not None:
        pages.append(get(phone, after=pages[-1]["next"], **query))
    return pages


def delta(phone: APIClient, cursor: str, **query: Any) -> dict[str, Any]:
    """What has changed, once all of it lies before the horizon."""
    settle()
    return get(phone, cursor=cursor, **query)
