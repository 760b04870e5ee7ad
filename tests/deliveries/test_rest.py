"""Papers between offices over REST: sent, received, signed for, with the same rights as everywhere."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.deliveries.actions import sign_for_delivery
from backend.deliveries.models import Delivery
from backend.lib import clock
from backend.papers.services import serve_paper
from backend.papers.tasks import make_pdf
from tests.deliveries.scenes import Mailroom


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(client: APIClient, path: str, body: dict | None = None, key: object = ""):
    headers = {"Idempotency-Key": str(key or uuid.uuid4())}
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def test_a_paper_goes_down_three_levels_and_the_province_sees_who_has_not_signed(mailroom):
    province, city, county = map(
        client_of, (mailroom.province_clerk, mailroom.city_clerk, mailroom.lixia_clerk)
    )
    body = {
        "paper": mailroom.paper().pk,
        "sender_office": mailroom.province.pk,
        "receiver_offices": [mailroom.city.pk],
        "title": "关于开展电梯检查的通知",
        "sign_by": "2099-01-01",
    }
    key = uuid.uuid4()
    sent = post(province, "distributions", body, key)
    assert sent.status_code == 201, sent.content
    assert post(province, "distributions", body, key).status_code == 200
    (got,) = city.get("/api/v1/deliveries", {"state": "sent"}).data["results"]
    assert (got["title"], got["sender_name"]) == (body["title"], mailroom.province.name)
    one = f"deliveries/{got['id']}"
    assert post(city, f"{one}/opening").data["state"] == "opened"
    assert city.get(f"/api/v1/papers/{body['paper']}").status_code == 200
    assert post(city, f"{one}/signature").data["signed_by_name"] == "City-Clerk"
    counties = [mailroom.lixia.pk, mailroom.shizhong.pk]
    onward = post(city, f"{one}/redistribution", {"receiver_offices": counties, "note": "请落实"})
    assert onward.status_code == 201, onward.content
    mine = county.get("/api/v1/deliveries").data["results"][0]
    post(county, f"deliveries/{mine['id']}/return", {"reason": "附件缺页"})
    tree = f"/api/v1/distributions/{sent.data['id']}"
    receipts = {"sent": 1, "opened": 0, "signed": 1, "returned": 1, "recalled": 0}
    assert province.get(tree).data["receipts"] == receipts
    missing = province.get(f"{tree}/deliveries", {"state": "sent"}).data["results"]
    assert [row["receiver_name"] for row in missing] == [mailroom.shizhong.name]
    assert post(province, f"distributions/{sent.data['id']}/urging").data == {"urged": 1}
    again = post(province, f"distributions/{sent.data['id']}/urging")
    assert (again.status_code, int(again["Retry-After"]) > 0) == (429, True)
    recalled = post(city, f"deliveries/{missing[0]['id']}/recall")
    assert recalled.data["state"] == "recalled"


def test_what_is_foreign_is_not_found_and_who_signs_nowhere_is_told_so(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    stranger, handler = client_of(mailroom.shizhong_clerk), client_of(mailroom.lixia_handler)
    one = f"deliveries/{delivery.pk}"
    tree = f"/api/v1/distributions/{delivery.distribution_id}"
    assert stranger.get(f"/api/v1/{one}").status_code == 404
    assert stranger.get(f"{tree}/deliveries").status_code == 404
    assert post(stranger, f"{one}/signature").status_code == 404
    assert handler.get(f"/api/v1/{one}").status_code == 200
    assert post(handler, f"{one}/signature").status_code == 403
    # The receiver sees its own receipt alone, and not who else received it.
    assert client_of(mailroom.lixia_clerk).get(f"{tree}/deliveries").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"paper": "x", "sender_office": 1, "receiver_offices": [1]},
        {"paper": 1, "sender_office": 1, "receiver_offices": [1] * 1001},
        {"paper": 1, "sender_office": 1, "receiver_offices": [1], "sign_by": "2026-02-30"},
        {"paper": 2**63, "sender_office": 1, "receiver_offices": [1]},
    ],
)
def test_a_malformed_body_is_refused(mailroom: Mailroom, body):
    assert post(client_of(mailroom.province_clerk), "distributions", body).status_code == 400


def test_lists_ask_the_database_as_often_for_many_rows(mailroom: Mailroom):
    first = mailroom.send(mailroom.city)
    city, province = client_of(mailroom.city_clerk), client_of(mailroom.province_clerk)
    sign_for_delivery(actor=mailroom.city_clerk, delivery=first.deliveries.get().pk)

    def count() -> list[int]:
        counts = []
        for client, path in (
            (city, "deliveries"),
            (province, "distributions"),
            (province, f"distributions/{first.pk}/deliveries"),
        ):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(f"/api/v1/{path}").status_code == 200
            counts.append(len(caught))
        return counts

    few = count()
    for _more in range(5):
        mailroom.send(mailroom.city, mailroom.lixia)
    Delivery.objects.filter(distribution__gt=first.pk, receiver=mailroom.lixia).update(
        distribution=first
    )
    assert count() == few
    page = city.get("/api/v1/deliveries", {"limit": 2})
    assert (len(page.data["results"]), page.data["next"] is not None) == (2, True)


def test_a_reader_does_not_learn_to_whom_else_a_paper_was_served(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    make_pdf(str(delivery.paper.job_id))
    serve_paper(
        actor=mailroom.province_clerk, paper=delivery.paper_id, kind="post", recipient="诸葛",
        sent_on=clock.today(),
    )  # fmt: skip
    sign_for_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    one = f"/api/v1/papers/{delivery.paper_id}"
    own, reader = client_of(mailroom.province_clerk), client_of(mailroom.lixia_clerk)
    assert [len(client.get(one).data["services"]) for client in (own, reader)] == [1, 0]
    assert reader.get(f"{one}/services").data["results"] == []
