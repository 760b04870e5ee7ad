"""Two contents under one id are seen by staff side by side."""

from __future__ import annotations

import html

from tests.fieldwork.items import item, report_body
from tests.mobile_api.conftest import phone_of
from tests.mobile_api.test_outbox import send, states
from tests.world import hold

URL = "/conflicts/"


def lines(page: str) -> list[str]:
    return [html.unescape(row) for row in page.split("<tr>")[2:]]


def test_staff_see_in_what_two_contents_differ(client, world):
    one = item("report", report_body(world.lift, remark="绳槽磨损"))
    other = one | {"body": report_body(world.lift, remark="绳槽磨损", conclusion="fail")}
    assert states(send(phone_of(world.lin), one, other)) == ["accepted", "conflict"]
    client.force_login(world.ou)
    page = client.get(URL, headers={"accept-language": "zh-hans"}).content.decode()
    rows = lines(page)
    shown = [row for row in rows if "结论" in row]
    assert len(shown) == 1
    assert shown[0].index("合格") < shown[0].index("不合格")
    assert "绳槽磨损" not in page, "what is alike is not shown"
    assert one["id"] in page


def test_what_another_person_filed_under_the_id_stands_beside(client, world):
    sent = item("report", report_body(world.lift, remark="第一份"))
    assert states(send(phone_of(world.lin), sent)) == ["accepted"]
    again = sent | {"body": report_body(world.lift, remark="第二份")}
    assert states(send(phone_of(world.wei), again)) == ["conflict"]
    client.force_login(world.ou)
    rows = lines(client.get(URL).content.decode())
    (shown,) = [row for row in rows if "第二份" in row]
    assert shown.index("第一份") < shown.index("第二份")


def test_who_does_not_judge_field_work_is_refused_and_other_places_see_nothing(client, world):
    one = item("report", report_body(world.lift))
    other = one | {"body": report_body(world.lift, conclusion="fail")}
    send(phone_of(world.lin), one, other)
    assert client.get(URL).status_code == 302
    client.force_login(world.lin)
    assert client.get(URL).status_code == 403
    hold(world.ou, world.ou.role, world.shizhong)
    client.force_login(world.ou)
    assert one["id"] not in client.get(URL).content.decode()
