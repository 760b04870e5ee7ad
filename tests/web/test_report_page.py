"""The printable report, and what the unit's card shows of reports and defects."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.directory.models import InspectionBody, Membership
from backend.inspections.actions import withdraw_record
from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect, Report
from backend.units.models import Record
from tests.inspections.drafting import draft_of, file, photo
from tests.web.builders import Scene

ZH = {"headers": {"accept-language": "zh-CN"}}


@pytest.fixture
def report(scene: Scene) -> Report:
    """A failed repair inspection with a serious defect and its photo."""
    return failed_repair(scene)


def failed_repair(scene: Scene) -> Report:
    InspectionBody.objects.create(entity=scene.world.maintainer, approval_no="TS7110001-2027")
    Membership.objects.create(user=scene.world.lin, entity=scene.world.maintainer)
    shot = photo(scene.world)
    fault = DefectDraft("门锁失效", "serious", item="3", photos=[shot.sha256])
    draft = draft_of(
        scene.lift,
        kind="sup_repair",
        conclusion="fail",
        answers={"1": "pass", "2": "na", "3": "fail"},
        defects=[fault],
        photos=[shot.sha256],
        report_no="J-2026-7",
        second_inspector="韦检验",
    )
    return file(scene.world, draft)


def page_of(client: Client, scene: Scene, report: Report) -> str:
    answer = client.get(f"/units/{scene.lift.pk}/reports/{report.pk}/", **ZH)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_sheet_has_cover_overview_items_problems_and_conclusion(
    signed_in: Client, scene: Scene, report: Report
):
    page = page_of(signed_in, scene, report)
    for fact in (
        "检验报告", "J-2026-7", "泉城电梯维保有限公司", "TS7110001-2027", "济南泉城商场有限公司",
        "91370200264574251E", "山东省济南市历下区泉城路1号", "31101088920190001",
        "梯11鲁A03622(20)", "山东泰山电梯制造有限公司", "TS-2019-0457", "√", "×", "无此项",
        "门锁失效", "不合格", "Lin、韦检验",
    ):  # fmt: skip
        assert fact in page, fact
    assert "<dt>下次检验日期</dt><dd>/</dd>" in page


def test_a_withdrawn_report_says_so(signed_in: Client, scene: Scene, report: Report):
    assert "已撤回" not in page_of(signed_in, scene, report)
    withdrawn = Record.objects.get(pk=report.record_id)
    withdraw_record(actor=scene.world.ou, unit=scene.lift, withdrawn=withdrawn, reason="装错设备")
    page = page_of(signed_in, scene, report)
    assert "已撤回" in page
    assert "装错设备" in page


def test_the_sheet_is_for_who_sees_the_unit(client: Client, scene: Scene, report: Report):
    path = f"/units/{scene.lift.pk}/reports/{report.pk}/"
    assert client.get(path).status_code == 302
    for who, code in (("chen", 404), ("qian", 200), ("zhao", 200)):
        client.force_login(getattr(scene.world, who))
        assert client.get(path).status_code == code
    other = f"/units/{scene.world.boiler.pk}/reports/{report.pk}/"
    assert client.get(other).status_code == 404


def test_the_number_of_a_natural_person_is_on_no_sheet(
    signed_in: Client, scene: Scene, report: Report
):
    mall = scene.world.mall
    mall.name, mall.natural_person = "王小明", True
    mall.save()
    page = page_of(signed_in, scene, report)
    assert "王**" in page
    assert "91370200264574251E" not in page


def card(client: Client, scene: Scene) -> str:
    return client.get(f"/units/{scene.lift.pk}/", **ZH).content.decode()


def test_the_card_shows_defects_and_answers(signed_in: Client, scene: Scene, report: Report):
    page = card(signed_in, scene)
    for fact in ("门锁失效", "严重", "尚未消除", "Lin、韦检验", "无此项"):
        assert fact in page, fact
    assert f"/units/{scene.lift.pk}/reports/{report.pk}/" in page


def test_the_card_tells_what_closed_a_defect(signed_in: Client, scene: Scene, report: Report):
    closes = [Defect.objects.get().pk]
    later = file(scene.world, draft_of(scene.lift, kind="sup_repair", closes=closes))
    page = card(signed_in, scene)
    assert "尚未消除" not in page
    assert page.count(f"/reports/{later.pk}/") == 2


def test_the_card_shows_a_withdrawn_record_with_the_reason(
    signed_in: Client, scene: Scene, report: Report
):
    withdrawn = Record.objects.get(pk=report.record_id)
    withdrawal, _new = withdraw_record(
        actor=scene.world.ou, unit=scene.lift, withdrawn=withdrawn, reason="装错设备"
    )
    page = card(signed_in, scene)
    assert "已撤回：装错设备" in page
    assert "所属报告已撤回：装错设备" in page
    assert f'id="record-{withdrawal.pk}"' in page


def test_card_and_sheet_cost_the_same_however_many_reports(
    signed_in: Client, scene: Scene, report: Report, django_assert_max_num_queries
):
    for _ in range(6):
        closes = list(Defect.objects.filter(closed_on=None).values_list("pk", flat=True))
        fault = DefectDraft("轿厢照明", "general", item="2")
        file(scene.world, draft_of(scene.lift, kind="sup_repair", closes=closes, defects=[fault]))
    card(signed_in, scene)  # a session notes when it was last used
    with django_assert_max_num_queries(14):
        card(signed_in, scene)
    with django_assert_max_num_queries(12):
        page_of(signed_in, scene, report)
