"""A question that the phone's door does not understand is refused, at every address."""

from __future__ import annotations

import uuid

import pytest
from django.urls import URLPattern

from mobile_api.base_views import DeviceView
from mobile_api.urls import urlpatterns

VALUES = {
    "unit": 1, "sha256": "0" * 64, "upload": uuid.UUID(int=1), "report": uuid.UUID(int=1),
    "matter": 1, "key": "order",
}  # fmt: skip


def questions() -> list[str]:
    """The addresses that answer a GET to a signed-in phone."""
    found = []
    for pattern in urlpatterns:
        view = getattr(getattr(pattern, "callback", None), "view_class", None)
        if not isinstance(pattern, URLPattern) or not hasattr(view, "get"):
            continue
        if issubclass(view, DeviceView):
            path = str(pattern.pattern)
            for name, value in VALUES.items():
                for kind in ("int", "str", "uuid", "slug"):
                    path = path.replace(f"<{kind}:{name}>", str(value))
            found.append(path)
    assert len(found) >= 9
    return found


@pytest.mark.parametrize("path", questions())
def test_an_unknown_parameter_is_refused_by_name(lin_phone, path: str) -> None:
    answer = lin_phone.get(f"/mobile/v1/{path}?regoin=370102")
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/regoin"]


@pytest.mark.parametrize(
    "question", ["pack?duty=tasks", "receipts?since=2026-01-01&limit=5", "checklists?category=3110"]
)
def test_known_parameters_are_understood(lin_phone, question: str) -> None:
    assert lin_phone.get(f"/mobile/v1/{question}").status_code == 200


def test_who_is_not_signed_in_is_not_told_what_is_understood(client, world) -> None:
    assert client.get("/mobile/v1/pack?regoin=370102").status_code == 401
