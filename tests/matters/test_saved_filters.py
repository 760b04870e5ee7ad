"""Filters of the list that somebody keeps by name: his own, few, one of a name."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.lib.problems import Refused
from backend.matters.models import SavedFilter
from backend.matters.saved_filters import save_filter
from tests.matters.errands import open_errand
from tests.matters.offices import Desks

PLACE = "/api/v1/matters/filters"


def rest(user: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(user)
    return client


def pages(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def keep(user: User, name: str, key: uuid.UUID | None = None, **asked: str) -> SavedFilter:
    wanted = asked or {"open": "overdue"}
    return save_filter(actor=user, name=name, asked=wanted, key=key or uuid.uuid4())[0]


def refused(user: User, name: str, **facts: Any) -> str:
    with pytest.raises(Refused) as refusal:
        keep(user, name, **facts)
    return str(refusal.value.code)


def test_a_name_is_given_once_by_each(desks: Desks) -> None:
    keep(desks.clerk, "超期")
    keep(desks.mate, "超期")
    assert refused(desks.clerk, "超期") == "filter-named"


def test_the_same_key_keeps_one(desks: Desks) -> None:
    key = uuid.uuid4()
    assert keep(desks.clerk, "超期", key) == keep(desks.clerk, "超期", key)
    assert refused(desks.clerk, "别的", key=key) == "idempotency-conflict"
    assert SavedFilter.objects.count() == 1


def test_no_more_are_kept_than_may_be(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.matters.saved_filters.MOST", 1)
    keep(desks.clerk, "超期")
    assert refused(desks.clerk, "别的") == "filters-full"
    keep(desks.mate, "超期")


def test_what_narrows_nothing_is_not_kept(desks: Desks) -> None:
    assert refused(desks.clerk, "全部", colour="red") == "filter-empty"


def test_rest_keeps_renames_and_deletes_it(desks: Desks) -> None:
    client = rest(desks.clerk)
    body = {"name": "超期", "asked": {"open": "overdue", "text": "电梯"}}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = client.post(PLACE, body, format="json", headers=key)
    assert made.status_code == 201, made.content
    assert made.json() == {"id": made.json()["id"]} | body
    assert client.post(PLACE, body, format="json", headers=key).json() == made.json()
    one = f"{PLACE}/{made.json()['id']}"
    assert client.patch(one, {"name": "新名"}, format="json").status_code == 428
    stale = {"If-Match": '"0"'}
    assert client.patch(one, {"name": "新名"}, format="json", headers=stale).status_code == 412
    fresh = {"If-Match": made["ETag"]}
    assert client.patch(one, {"name": "新名"}, format="json", headers=fresh).status_code == 200
    assert [row["name"] for row in client.get(PLACE).json()["results"]] == ["新名"]
    for foreign in (
        rest(desks.mate).get(one),
        rest(desks.mate).patch(one, {"name": "夺"}, format="json", headers=fresh),
        rest(desks.mate).delete(one),
    ):
        assert foreign.status_code == 404
    assert client.delete(one).status_code == 204
    assert client.delete(one).status_code == 404


def test_rest_refuses_what_it_does_not_understand(desks: Desks) -> None:
    for body in (
        {"name": "无"}, {"name": "", "asked": {"open": "open"}}, {"name": "多", "asked": {"a": "b"}},
        {"name": "错", "asked": {"open": "maybe"}}, {"name": "长" * 41, "asked": {"open": "open"}},
    ):  # fmt: skip
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = rest(desks.clerk).post(PLACE, body, format="json", headers=headers)
        assert answer.status_code == 400, body
    assert not SavedFilter.objects.exists()


def test_filters_stand_above_the_list_of_who_keeps_them(desks: Desks) -> None:
    open_errand(None, desks.lixia, title="气瓶超期", flow="errand-part")
    open_errand(None, desks.lixia, title="电梯困人", flow="errand-part")
    client = pages(desks.clerk)
    body = {"key": str(uuid.uuid4()), "name": "气瓶的", "text": "气瓶"}
    page = client.post("/desk/filters/", body, follow=True).content.decode()
    assert "The filter is kept." in page
    query = re.search(r'<a href="(\?[^"]+)" aria-current="true">气瓶的</a>', page)[1]
    shown = client.get(f"/desk/matters/{query}").content.decode()
    assert "气瓶超期" in shown
    assert "电梯困人" not in shown
    assert "气瓶的" not in pages(desks.mate).get("/desk/matters/").content.decode()
    one = f"/desk/filters/{SavedFilter.objects.get().pk}/"
    assert pages(desks.mate).post(f"{one}rename/", {"name": "夺"}).status_code == 404
    assert pages(desks.mate).post(f"{one}delete/").status_code == 404
    assert "瓶二" in client.post(f"{one}rename/", {"name": "瓶二"}, follow=True).content.decode()
    for name in ("", "长" * 41):
        told = client.post(f"{one}rename/", {"name": name}, follow=True).content.decode()
        assert "at most 40 characters" in told
        assert f'value="{name}"' in told or not name
    again = client.post("/desk/filters/", body | {"key": str(uuid.uuid4()), "name": "瓶二"})
    assert again.status_code == 422
    told = again.content.decode()
    assert 'value="瓶二"' in told
    assert "You keep a filter of this name already." in told
    assert '<input type="hidden" name="text" value="气瓶"' in told
    assert "瓶二" not in client.post(f"{one}delete/", follow=True).content.decode()
    assert not SavedFilter.objects.exists()
