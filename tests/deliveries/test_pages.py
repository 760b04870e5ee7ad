"""The pages of deliveries: one click to a whole level, signing, passing on, who is missing."""

from __future__ import annotations

import uuid

from django.test import Client

from backend.accounts.models import User
from backend.deliveries.models import Delivery, Distribution
from tests.deliveries.scenes import Mailroom


def page_of(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def press(user: User, path: str, **body) -> str:
    """Press a button; the page that comes then."""
    client = Client()
    client.force_login(user)
    answer = client.post(path, {"key": str(uuid.uuid4()), **body}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_paper_goes_to_a_whole_level_in_one_click_and_on_from_there(mailroom: Mailroom):
    paper = mailroom.paper()
    press(
        mailroom.province_clerk, f"/papers/{paper.pk}/send/", sender_office=mailroom.province.pk,
        title="关于开展电梯检查的通知", levels=["city"], note="请组织落实",
    )  # fmt: skip
    first = Delivery.objects.get()
    assert first.receiver == mailroom.city
    assert "关于开展电梯检查的通知" in page_of(mailroom.city_clerk, "/desk/deliveries/")
    one = f"/desk/deliveries/{first.pk}/"
    assert f"/papers/{paper.pk}/" not in page_of(mailroom.city_clerk, one)
    assert f"/papers/{paper.pk}/" in press(mailroom.city_clerk, f"{one}opening/")
    assert "pass-on/" in press(mailroom.city_clerk, f"{one}signature/")
    tree = press(mailroom.city_clerk, f"{one}pass-on/", levels=["county"])
    assert mailroom.lixia.name in tree
    assert mailroom.shizhong.name in tree
    sent = Distribution.objects.get(parent=None)
    shown = page_of(mailroom.province_clerk, f"/desk/deliveries/sent/{sent.pk}/")
    assert "1 / 3" in shown
    assert mailroom.lixia.name in shown
    assert "已催办2个单位" in press(
        mailroom.province_clerk, f"/desk/deliveries/sent/{sent.pk}/urge/"
    )
    assert "1个单位中1个未签收" not in page_of(mailroom.province_clerk, "/desk/deliveries/sent/")


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_sent(mailroom: Mailroom):
    paper = mailroom.paper()
    shown = press(
        mailroom.province_clerk, f"/papers/{paper.pk}/send/", sender_office=mailroom.province.pk
    )
    assert "请至少选择一个单位" in shown
    assert not Distribution.objects.exists()


def test_a_return_is_shown_with_its_reason_to_the_sender(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    one = f"/desk/deliveries/{delivery.pk}/"
    press(mailroom.lixia_clerk, f"{one}return/", reason="附件缺页")
    tree = f"/desk/deliveries/sent/{delivery.distribution_id}/"
    assert "附件缺页" in page_of(mailroom.province_clerk, tree)


def test_others_see_nothing_and_are_offered_nothing(client, mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    one = f"/desk/deliveries/{delivery.pk}/"
    client.force_login(mailroom.shizhong_clerk)
    for path in (one, f"/desk/deliveries/sent/{delivery.distribution_id}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{one}signature/").status_code == 404
    client.force_login(mailroom.lixia_handler)
    assert "signature/" not in client.get(one).content.decode()
    assert client.post(f"{one}signature/").status_code == 403
    assert client.get(f"/papers/{delivery.paper_id}/send/").status_code == 403


def test_a_receiver_is_offered_no_button_of_the_issuing_office(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    press(mailroom.lixia_clerk, f"/desk/deliveries/{delivery.pk}/signature/")
    assert "/withdraw/" not in page_of(mailroom.lixia_clerk, f"/papers/{delivery.paper_id}/")
    assert "/withdraw/" in page_of(mailroom.province_clerk, f"/papers/{delivery.paper_id}/")
