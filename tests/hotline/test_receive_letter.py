"""A letter becomes a matter for each thing that its sender wants, with nothing of who he is in it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from backend.hotline.models import HotlineMatter
from backend.hotline.sealed_identity import Identity
from backend.lib.problems import Refused
from backend.matters.models import Deadline, Link, Matter
from backend.offices.models import Office
from tests.hotline.cast import ZHANG, HotlineCast, seat_hotline
from tests.world import committed


@pytest.mark.django_db
def test_rule_22_a_letter_that_is_two_things_becomes_two_matters_with_clocks_of_their_own(
    hotline_cast: HotlineCast,
) -> None:
    complaint, report = hotline_cast.send(natures=("complaint", "report"))
    assert complaint.matter.flow.name == "hotline-complaint"
    assert report.matter.flow.name == "hotline-report"
    link = Link.objects.get(matter=report.matter)
    assert (link.kind, link.other) == ("split-from", complaint.matter)
    codes = {
        deadline.matter_id: deadline.rule.code
        for deadline in Deadline.objects.select_related("rule")
    }
    assert codes == {complaint.pk: "complaint-acceptance", report.pk: "clue-verification"}
    assert complaint.matter.received_at == report.matter.received_at


@pytest.mark.django_db
def test_the_county_is_that_of_the_place_and_the_desk_that_of_the_city(
    hotline_cast: HotlineCast,
) -> None:
    [child] = hotline_cast.send()
    assert child.matter.region_id == "370102"
    assert child.matter.office.region_id == "370100"
    assert child.matter.number.startswith("12365370102")


@pytest.mark.django_db
def test_a_complaint_needs_a_name_a_phone_and_an_address_and_a_report_none(
    hotline_cast: HotlineCast,
) -> None:
    for missing in ("name", "phone", "address"):
        told = {"name": "张建国", "phone": "13812341234", "address": "文化东路29号"} | {missing: ""}
        with pytest.raises(Refused) as refused:
            hotline_cast.send(natures=("complaint",), reporter=Identity(**told))
        assert refused.value.code == "complaint-without-name"
    [report] = hotline_cast.send(natures=("report",), reporter=Identity())
    assert not report.named
    assert report.reporter.identity is None
    assert HotlineMatter.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("position", [Point(125.0, 30.0, srid=4326), None])
def test_a_position_at_sea_and_none_ask_for_the_county(
    hotline_cast: HotlineCast, position: Point | None
) -> None:
    with pytest.raises(Refused) as refused:
        hotline_cast.send(position=position)
    assert (refused.value.code, refused.value.field) == ("place-unknown", "region")
    [child] = hotline_cast.send(position=position, region="370103")
    assert child.matter.region_id == "370103"


@pytest.mark.django_db
def test_the_same_letter_twice_is_one_and_with_other_words_it_is_refused(
    hotline_cast: HotlineCast,
) -> None:
    key = uuid.uuid4()
    first, second = (hotline_cast.send(key=key, account="我是张建国") for _turn in range(2))
    assert first == second
    with pytest.raises(Refused) as refused:
        hotline_cast.send(key=key, account="别的")
    assert (refused.value.code, refused.value.status) == ("letter-changed", 409)
    assert Matter.objects.count() == 1


@pytest.mark.django_db
def test_its_own_words_lie_sealed_where_they_name_the_sender(hotline_cast: HotlineCast) -> None:
    [child] = hotline_cast.send(
        account="我叫张建国，电话13812341234，电梯坏了",
        facts={"against_name": "张建国的房东", "bought_at": "济南市历下区文化东路29号3单元楼下"},
    )
    texts = " ".join(str(value) for value in vars(child).values()) + child.matter.title
    for told in (ZHANG.name, ZHANG.phone, ZHANG.address):
        assert told not in texts
    assert "电梯坏了" in child.account


@pytest.mark.django_db
def test_rule_23_conduct_never_comes_to_the_office_complained_of_nor_below_it(
    hotline_cast: HotlineCast,
) -> None:
    city = Office.objects.get(code="S370100")
    [child] = hotline_cast.send(natures=("conduct",), facts={"against_office": city})
    assert child.matter.office.code == "S370000"
    for user in (hotline_cast.operator, hotline_cast.leader, hotline_cast.county_clerk):
        assert not HotlineMatter.objects.visible_to(user).exists()
    province = Office.objects.get(code="S370000")
    with pytest.raises(Refused) as refused:
        hotline_cast.send(natures=("conduct",), facts={"against_office": province})
    assert refused.value.code == "desk-missing"


@pytest.mark.django_db
def test_who_may_not_take_letters_is_refused(hotline_cast: HotlineCast) -> None:
    with pytest.raises(Refused) as refused:
        hotline_cast.send(actor=hotline_cast.world.lin)
    assert refused.value.status == 403
    [child] = hotline_cast.send(actor=hotline_cast.operator)
    assert child.matter.opened_by == hotline_cast.operator


@pytest.mark.django_db
def test_what_was_told_in_one_transaction_that_failed_leaves_no_number_missing(
    hotline_cast: HotlineCast,
) -> None:
    with pytest.raises(Refused):
        hotline_cast.send(natures=("question", "conduct"), facts={
            "against_office": Office.objects.get(code="S370000")
        })  # fmt: skip
    [child] = hotline_cast.send()
    assert child.matter.number.endswith("0001")


@pytest.mark.django_db(transaction=True)
def test_many_operators_at_once_leave_no_number_missing_and_none_double() -> None:
    with committed() as world:
        cast = seat_hotline(world)

        def send(turn: int) -> str:
            try:
                return cast.write(nature="question", account=f"第{turn}问")
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as callers:
            numbers = list(callers.map(send, range(40)))
        assert sorted(number[-4:] for number in numbers) == [f"{n:04d}" for n in range(1, 41)]
