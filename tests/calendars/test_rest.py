"""Meetings, rosters and feeds over REST, with the same rights as everywhere."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.calendars.models import Meeting, Participant
from tests.calendars.scenes import Bureau, next_month
from tests.deliveries.test_rest import client_of, post


def new_meeting(bureau: Bureau, **changes: object) -> dict[str, object]:
    when = bureau.at(9)
    return {
        "office": bureau.lixia.pk, "title": "例会", "room": bureau.room.pk,
        "starts_at": when.starts_at.isoformat(), "ends_at": when.ends_at.isoformat(),
        "people": [bureau.handler.pk],
    } | changes  # fmt: skip


def test_a_meeting_is_called_moved_answered_and_cancelled(bureau: Bureau):
    clerk, handler = client_of(bureau.clerk), client_of(bureau.handler)
    bureau.call(when=bureau.at(9, place="市局"))
    key = uuid.uuid4()
    made = post(clerk, "meetings", new_meeting(bureau), key)
    assert made.status_code == 201, made.content
    assert {clash["name"] for clash in made.data["clashes"]} == {
        str(bureau.handler), str(bureau.clerk),
    }  # fmt: skip
    assert post(clerk, "meetings", new_meeting(bureau), key).data["id"] == made.data["id"]
    taken = post(clerk, "meetings", new_meeting(bureau))
    assert (taken.status_code, taken.data["type"]) == (409, "/problems/room-taken")
    one = f"/api/v1/meetings/{made.data['id']}"
    assert handler.get("/api/v1/meetings", {"mine": "true"}).data["results"][0]["title"] == "例会"
    answer = {"answer": "absent", "reason": "出差"}
    assert handler.post(f"{one}/answer", answer, format="json").data["answer"] == "absent"
    away = clerk.get(f"{one}/participants", {"answer": "absent"}).data["results"]
    assert [(row["name"], row["reason"]) for row in away] == [(str(bureau.handler), "出差")]
    asked = clerk.post(f"{one}/participants", {"people": [bureau.mate.pk]}, format="json")
    assert asked.data == {"asked": 1}
    later = bureau.at(15)
    move = {
        "starts_at": later.starts_at.isoformat(), "ends_at": later.ends_at.isoformat(),
        "place": "三楼", "reason": "改期",
    }  # fmt: skip
    assert clerk.post(f"{one}/move", move, format="json").status_code == 428
    stale = {"If-Match": made.headers.get("ETag", '"old"')}
    assert clerk.post(f"{one}/move", move, format="json", headers=stale).status_code == 412
    fresh = {"If-Match": clerk.get(one)["ETag"]}
    moved = clerk.post(f"{one}/move", move, format="json", headers=fresh)
    assert (moved.status_code, moved.data["place"], moved.data["sequence"]) == (200, "三楼", 2)
    fresh = {"If-Match": clerk.get(one)["ETag"]}
    worded = clerk.patch(one, {"agenda": "一、通报"}, format="json", headers=fresh)
    assert (worded.data["title"], worded.data["agenda"]) == ("例会", "一、通报")
    off = clerk.post(
        f"{one}/cancellation",
        {"reason": "不开"},
        format="json",
        headers={"If-Match": worded["ETag"]},
    )
    assert off.data["state"] == "cancelled"


def test_a_roster_is_made_filled_published_and_asked_who_is_on_duty(bureau: Bureau):
    clerk, handler = client_of(bureau.clerk), client_of(bureau.handler)
    city = client_of(bureau.city_clerk)
    body = {"office": bureau.lixia.pk, "month": str(next_month())}
    made = post(clerk, "duty-rosters", body)
    assert made.status_code == 201, made.content
    assert post(clerk, "duty-rosters", body).status_code == 200
    one = f"/api/v1/duty-rosters/{made.data['id']}"
    early = post(clerk, f"duty-rosters/{made.data['id']}/publication")
    assert (early.status_code, early.data["type"]) == (409, "/problems/roster-faulty")
    turns = {"leaders": [bureau.leader.pk], "people": [bureau.handler.pk, bureau.mate.pk]}
    headers = {"If-Match": clerk.get(one)["ETag"]}
    filled = clerk.post(f"{one}/filling", turns, format="json", headers=headers)
    assert (filled.status_code, filled.data["faults"]) == (200, [])
    cell = {"day": str(next_month()), "shift": made.data["shifts"][0], "people": [bureau.mate.pk]}
    cell |= {"leaders": [bureau.leader.pk]}
    assert clerk.put(f"{one}/duties", cell, format="json", headers=headers).status_code == 412
    assert handler.get(one).status_code == 404
    assert post(clerk, f"duty-rosters/{made.data['id']}/publication").status_code == 200
    tonight = {"at": f"{next_month()}T22:00:00+08:00", "office": bureau.lixia.pk}
    on_duty = city.get("/api/v1/duties", tonight).data["results"]
    assert {(row["name"], row["leads"]) for row in on_duty} == {
        (str(bureau.leader), True),
        (str(bureau.handler), False),
    }
    assert {row["phone"] for row in on_duty} == {"0531-12345678"}
    mine = handler.get("/api/v1/duties", {"mine": "true"}).data["results"][0]
    other = client_of(bureau.mate).get("/api/v1/duties", {"mine": "true"}).data["results"][0]
    swap = post(handler, f"duties/{mine['id']}/swaps", {"other": other["id"]})
    assert swap.status_code == 201, swap.content
    agreed = post(client_of(bureau.mate), f"duty-swaps/{swap.data['id']}/agreement")
    assert agreed.data["state"] == "agreed"


def test_the_address_of_a_feed_is_told_once(bureau: Bureau):
    client = client_of(bureau.handler)
    assert client.get("/api/v1/calendar-feed").data["exists"] is False
    made = client.put("/api/v1/calendar-feed")
    assert made.data["address"].endswith(".ics")
    assert client.get("/api/v1/calendar-feed").data["address"] is None
    assert client.delete("/api/v1/calendar-feed").status_code == 204
    assert client_of(bureau.world.qian).put("/api/v1/calendar-feed").status_code == 403


def test_what_is_foreign_is_not_found_and_who_keeps_nothing_is_told_so(bureau: Bureau):
    meeting, roster = bureau.call(), bureau.roster()
    stranger, handler = client_of(bureau.stranger), client_of(bureau.handler)
    for path in (f"meetings/{meeting.pk}", f"duty-rosters/{roster.pk}"):
        assert stranger.get(f"/api/v1/{path}").status_code == 404
        assert handler.get(f"/api/v1/{path}").status_code == 200
    assert post(handler, f"duty-rosters/{roster.pk}/publication").status_code == 403
    assert post(handler, "meetings", new_meeting(bureau)).status_code == 403
    assert post(stranger, "meetings", new_meeting(bureau)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"title": ""}, {"starts_at": "morgen"}, {"people": ["x"]}, {"room": 2**63}, {"rom": 1}],
)
def test_a_malformed_meeting_is_refused(bureau: Bureau, change):
    body = new_meeting(bureau, **change)
    assert post(client_of(bureau.clerk), "meetings", body).status_code == 400
    assert not Meeting.objects.exists()


def test_lists_ask_the_database_as_often_for_many_rows(bureau: Bureau):
    clerk, first = client_of(bureau.clerk), bureau.call()
    bureau.roster()
    paths = ("meetings", f"meetings/{first.pk}/participants", "meeting-rooms", "duties?limit=2",
             "duty-rosters")  # fmt: skip

    def count() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as caught:
                assert clerk.get(f"/api/v1/{path}").status_code == 200
            counts.append(len(caught))
        return counts

    few = count()
    for hour in range(10, 14):
        bureau.call(when=bureau.at(hour))
    bureau.roster(months=2)
    Participant.objects.bulk_create(
        Participant(meeting=first, user=person) for person in (bureau.mate, bureau.leader)
    )
    paths = (*paths[:3], "duties?limit=40", paths[4])
    assert count() == few
