"""The pages of deliveries: one click to a whole level, signing, passing on, who is missing."""

from __future__ import annotations

import uuid

from django.test import Client

from backend.accounts.models import User
from backend.deliveries.models import Delivery, Distribution
from backend.offices.models import Office
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
    assert "<dt>市</dt><dd>1 / 1</dd>" in shown
    assert "<dt>县（市、区）</dt><dd>0 / 2</dd>" in shown
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


def test_levels_that_lie_below_are_offered_and_no_departments_of_others(mailroom: Mailroom):
    for sender, offered, left_out in (
        (mailroom.city, "下属各县（市、区）局", "下属各市局"),
        (mailroom.lixia, "个别单位", "一次全选"),
    ):
        Office.objects.create(
            code=f"{sender.code}-01", name=f"{sender.name}办公室", authority=sender.authority,
            region=sender.region, parent=sender,
        )  # fmt: skip
        clerk = mailroom.city_clerk if sender == mailroom.city else mailroom.lixia_clerk
        delivery = mailroom.delivery(sender)
        shown = press(clerk, f"/desk/deliveries/{delivery.pk}/signature/")
        assert offered in shown
        assert left_out not in shown
        assert f"{sender.name}办公室" in shown
    assert f"{mailroom.city.name}办公室" not in shown


def test_why_it_goes_back_stays_written_where_it_cannot_go_back(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    one = f"/desk/deliveries/{delivery.pk}/"
    press(mailroom.lixia_clerk, f"{one}signature/")
    press(mailroom.lixia_clerk, f"{one}pass-on/", offices=[mailroom.city.pk])
    told = press(mailroom.lixia_clerk, f"{one}return/", reason="附件缺页")
    assert 'value="附件缺页"' in told
    assert "请先撤回" in told


def test_what_was_marked_stays_marked_where_something_is_wrong(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    one = f"/desk/deliveries/{delivery.pk}/"
    press(mailroom.lixia_clerk, f"{one}signature/")
    day = "2020-01-01"
    told = press(mailroom.lixia_clerk, f"{one}pass-on/", offices=[mailroom.city.pk], sign_by=day)
    assert f'value="{mailroom.city.pk}" checked' in told
    assert f'value="{mailroom.shizhong.pk}" checked' not in told


def test_a_receiver_is_offered_no_button_of_the_issuing_office(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    press(mailroom.lixia_clerk, f"/desk/deliveries/{delivery.pk}/signature/")
    assert "/withdraw/" not in page_of(mailroom.lixia_clerk, f"/papers/{delivery.paper_id}/")
    assert "/withdraw/" in page_of(mailroom.province_clerk, f"/papers/{delivery.paper_id}/")
