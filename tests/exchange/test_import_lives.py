"""What an import makes of the lives that an older register tells: records, state, and what it refuses."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.files.storage import default_storage

from backend.cases.models import Case
from backend.directory.models import Authority, LegalEntity
from backend.lib import clock
from backend.lib.identifiers import resident_id
from backend.lib.problems import Refused
from backend.risk.explanations import explain_score
from backend.units.actions import edit_unit
from backend.units.derived_state import recompute_unit
from backend.units.filing import file_record
from backend.units.models import (
    Inspection,
    Manufacture,
    Record,
    Registration,
    Scrap,
    Stop,
    Unit,
    Withdrawal,
)
from backend.units.standing import standing_of
from backend.web.timeline import load_timeline
from tests.exchange.tables import counted, figures, imported

LIFT = {
    "设备代码": "31101037020150001", "品种代码": "3110", "区划代码": "370102",
    "投用日期": "2020-05-20", "使用登记证编号": "梯11鲁A3622（20）", "使用登记日期": "2020年5月25日",
    "使用状态": "在用", "定期检验日期": "2025/5/12", "定期检验结论": "合格",
    "下次定期检验日期": "2027-05", "定期检验报告编号": "TD-25-1", "定期检验机构": "山东省特检院",
}  # fmt: skip
BOILER = {
    "设备代码": "11001037020150001", "品种代码": "1100", "区划代码": "370102",
    "投用日期": "2019-03-01", "使用登记证编号": "锅10鲁A0007(19)", "使用登记日期": "2019-03-05",
    "使用状态": "001", "外部检验日期": "2026-04-02", "外部检验结论": "符合要求",
    "内部检验日期": "2025-04-02", "内部检验结论": "基本符合要求", "下次内部检验日期": "2027-04-01",
}  # fmt: skip
VESSEL = {
    "设备代码": "21501037020150001", "品种代码": "2150", "区划代码": "370102",
    "使用登记证编号": "容15鲁A0009(20)", "使用登记日期": "2020-06-01", "使用状态": "在用",
    "定期检验日期": "2024-06-03", "定期检验结论": "符合要求", "安全状况等级": "3级",
    "下次定期检验日期": "2027-06",
}  # fmt: skip


def sent(actor, *rows, name="units.csv"):
    titles = list(dict.fromkeys(title for row in rows for title in row))
    lines = [titles, *([row.get(title, "") for title in titles] for row in rows)]
    content = "\n".join(",".join(line) for line in lines).encode("utf-8-sig")
    return imported(actor, content, name)


def reasons(job):
    """The column that made each bad row bad."""
    with default_storage.open(job.result["bad_rows"]) as file:
        rows = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")))
        return [row["column"] for row in rows]


def refused(world, row, column):
    """That ``row`` is bad because of ``column``, and wrote nothing."""
    before = Record.objects.count(), LegalEntity.objects.count()
    job = sent(world.rui, row)
    assert figures(job) == counted(1, 0, bad=1)
    assert reasons(job) == [column]
    assert not Unit.objects.filter(device_code=row["设备代码"]).exists()
    assert (Record.objects.count(), LegalEntity.objects.count()) == before


def of(row):
    return Unit.objects.get(device_code=row["设备代码"])


def told(job):
    return {
        (note["code"], note["column"]) for note in job.result.get("notes", {"rows": []})["rows"]
    }


def dues(unit):
    return {clock.kind: clock.due_on for clock in unit.clocks.all()}


def factors(world, unit):
    return {reason.factor for reason in explain_score(user=world.zhao, unit=unit.pk).reasons}


# ---- what follows


def test_a_unit_with_a_certificate_comes_in_in_use_and_owes_nothing_for_late_registration(world):
    job = sent(world.rui, LIFT)
    assert figures(job) == counted(1, 1)
    unit = of(LIFT)
    assert (unit.status, unit.certificate_no) == ("in_use", "梯11鲁A3622(20)")
    assert unit.registered_on == dt.date(2020, 5, 25)
    assert unit.last_inspected_on == dt.date(2025, 5, 12)
    assert unit.next_due_on == dt.date(2027, 5, 31)
    assert standing_of(unit, clock.today()).usable
    assert "registration_late" not in factors(world, unit)


def test_a_unit_used_without_a_certificate_is_told_and_stays_unregistered(world):
    row = {k: v for k, v in LIFT.items() if not k.startswith("使用登记")}
    job = sent(world.rui, row)
    assert figures(job) == counted(1, 1)
    assert ("in-use-unregistered", "使用状态") in told(job)
    assert of(row).status == "unregistered"
    assert "registration_late" in factors(world, of(row))


def test_what_came_in_are_records_of_the_importer_and_the_state_is_their_fold(world):
    sent(world.rui, LIFT, BOILER, VESSEL)
    for row in (LIFT, BOILER, VESSEL):
        unit = of(row)
        for record in unit.records.all():
            assert (record.filed_by, record.device, record.region_id) == (
                world.rui, "import", "370102",
            )  # fmt: skip
            assert record.stands_at == record.filed_at
        assert not recompute_unit(unit=unit)
    assert Registration.objects.get(unit=of(LIFT)).kind == "first"


def test_each_clock_has_its_own_last_inspection_and_the_stated_date_shortens(world):
    sent(world.rui, BOILER, VESSEL)
    assert dues(of(BOILER)) == {
        "external": dt.date(2027, 4, 30), "internal": dt.date(2027, 4, 30),
    }  # fmt: skip
    vessel = of(VESSEL)
    assert dues(vessel)["periodic"] == dt.date(2027, 6, 30)
    assert vessel.safety_grade == 3


def test_the_evidence_stands_in_the_timeline_for_the_inspection_nobody_has(world):
    sent(world.rui, LIFT, name="济南电梯台账.csv")
    unit = of(LIFT)
    entries = load_timeline(world.zhao, unit, [])
    details = [text for entry in entries for _label, text in entry.details]
    assert any("济南电梯台账.csv" in text and "梯11鲁A3622(20)" in text for text in details)


def test_a_basis_comes_in_by_import_alone_and_a_correction_keeps_it(world):
    claimed = Registration(
        happened_on=dt.date(2021, 1, 4), kind="first", certificate_no="梯11鲁A00001(21)",
        legacy_basis="so they say",
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        file_record(actor=world.ou, unit=world.lift, record=claimed)
    assert caught.value.code == "no-passed-inspection"
    sent(world.rui, LIFT)
    unit = of(LIFT)
    old = Registration.objects.get(unit=unit)
    mended = Registration(
        happened_on=old.happened_on, kind="first", certificate_no="梯11鲁A3623(20)"
    )
    filed, _now = file_record(actor=world.ou, unit=unit, record=mended, supersedes=old)
    assert Registration.objects.get(pk=filed.pk).legacy_basis == old.legacy_basis != ""


def test_an_inspection_before_a_renewed_certificate_still_counts(world):
    row = {**VESSEL, "使用登记日期": "2025-06-01", "安全状况等级": "2"}
    sent(world.rui, row)
    assert dues(of(row))["periodic"] == dt.date(2027, 6, 30)


@pytest.mark.parametrize(
    ("word", "status", "model"),
    [("停用", "stopped", Stop), ("002", "stopped", Stop), ("2", "stopped", Stop),
     ("报废", "scrapped", Scrap), ("拆除", "dismantled", Scrap), ("注销", "cancelled", Scrap),
     ("移装注销", "moved_out", Scrap), ("006", "moved_out", Scrap)],
)  # fmt: skip
def test_a_status_with_its_day_becomes_a_record(world, word, status, model):
    row = {**LIFT, "使用状态": word, "状态日期": "2026-02-03"}
    sent(world.rui, row)
    unit = of(row)
    assert unit.status == status
    record = model.objects.get(unit=unit)
    assert record.happened_on == dt.date(2026, 2, 3)
    if model is Stop:
        assert record.notified_on == record.happened_on
        assert unit.next_due_on is None


def test_a_failed_inspection_holds_the_unit_and_states_no_next_date(world):
    row = {**LIFT, "定期检验结论": "不合格", "下次定期检验日期": "/"}
    sent(world.rui, row)
    unit = of(row)
    assert unit.held_from == dt.date(2025, 5, 12)
    assert unit.holds.get().record_id == Inspection.objects.get(unit=unit).pk
    assert standing_of(unit, clock.today()) == "held"
    assert not recompute_unit(unit=unit)


def test_a_re_inspection_needs_not_the_failed_one_that_the_old_register_forgot(world):
    row = {**LIFT, "定期检验结论": "复检合格"}
    sent(world.rui, row)
    assert of(row).last_conclusion == "repass"


def test_words_of_old_boiler_reports_are_read(world):
    old = {**BOILER, "内部检验结论": "监督运行（监控）", "外部检验结论": "停止运行"}
    sent(world.rui, old)
    found = dict(Inspection.objects.filter(unit=of(old)).values_list("kind", "conclusion"))
    assert found == {"internal": "basically", "external": "not_conforms"}


def test_columns_are_known_by_their_english_names_too(world):
    row = {
        "device_code": LIFT["设备代码"], "category": "3110", "region": "370102",
        "certificate_no": "梯11鲁A3622(20)", "registered_on": "2020-05-25", "status": "in use",
        "periodic_on": "2025-05-12", "periodic_conclusion": "pass", "rated load": "1000 kg",
    }  # fmt: skip
    sent(world.rui, row)
    unit = of(LIFT)
    assert (unit.status, unit.last_conclusion) == ("in_use", "pass")
    assert unit.parameters == {"rated_load_kg": 1000}


def test_maker_owner_maintainer_authority_and_parameters_come_in(world):
    authority = Authority.objects.get(code="S370102")
    row = {
        **LIFT, "制造单位名称": "青岛电梯厂", "制造日期": "2020-01-08", "登记机关": authority.name,
        "产权单位名称": world.plant.name, "产权单位统一社会信用代码": world.plant.uscc,
        "维保单位名称": world.maintainer.name, "维保单位统一社会信用代码": world.maintainer.uscc,
        "额定载重量": "1050", "防爆": "否",
    }  # fmt: skip
    job = sent(world.rui, row)
    assert "notes" not in job.result
    unit = of(row)
    assert (unit.owner, unit.maintainer) == (world.plant, world.maintainer)
    assert unit.parameters == {"rated_load_kg": 1050, "explosion_proof": False}
    assert Manufacture.objects.get(unit=unit).maker == "青岛电梯厂"
    assert Registration.objects.get(unit=unit).authority == authority


def test_a_natural_person_comes_in_as_the_directory_keeps_people(world):
    seventeen = "37010219800101001"
    number = seventeen + resident_id.check_digit(seventeen)
    row = {**LIFT, "使用人姓名": "欧阳小明", "使用人身份证号": number.lower()}
    sent(world.rui, row)
    user = of(row).using_entity
    assert user is not None
    assert (user.natural_person, user.uscc, user.shown_name) == (True, number, "欧阳**")
    again = sent(world.rui, {**row, "使用人姓名": "欧阳大明"})
    (note,) = [n for n in again.result["notes"]["rows"] if n["code"] == "name-differs"]
    assert (note["stands"], note["came"]) == ("欧阳**", "欧阳**")
    wrong = {**BOILER, "使用人姓名": "王五", "使用人身份证号": seventeen + "?"}
    refused(world, wrong, "使用人身份证号")


# ---- the same again, and otherwise


def test_the_same_file_again_files_nothing_and_changes_nothing(world):
    rows = (LIFT, BOILER, {**VESSEL, "使用状态": "停用", "状态日期": "2026-01-05"})
    sent(world.rui, *rows)
    before = list(Unit.objects.order_by("pk").values()), Record.objects.count()
    again = sent(world.rui, *rows)
    assert figures(again) == counted(3, 0, unchanged=3)
    assert (list(Unit.objects.order_by("pk").values()), Record.objects.count()) == before


def test_a_later_inspection_is_added_and_moves_the_clock(world):
    sent(world.rui, VESSEL)
    later = {**VESSEL, "定期检验日期": "2026-08-01", "下次定期检验日期": "2028-08"}
    assert figures(sent(world.rui, later)) == counted(1, 0, updated=1)
    unit = of(VESSEL)
    assert Inspection.objects.filter(unit=unit).count() == 2
    assert unit.next_due_on == dt.date(2028, 8, 31)
    assert not recompute_unit(unit=unit)


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"定期检验结论": "不合格", "下次定期检验日期": ""}, "定期检验结论"),
     ({"下次定期检验日期": "2026-05"}, "下次定期检验日期"),
     ({"使用登记日期": "2020-05-26"}, "使用登记日期"),
     ({"使用登记证编号": "梯11鲁A3699(20)"}, "使用登记日期"),
     ({"使用状态": "未注册"}, "使用状态")],
)  # fmt: skip
def test_a_fact_that_the_register_has_otherwise_is_a_bad_row(world, changes, column):
    sent(world.rui, LIFT)
    before = list(Unit.objects.order_by("pk").values()), Record.objects.count()
    job = sent(world.rui, {**LIFT, "使用地点": "泉城路9号", **changes})
    assert figures(job) == counted(1, 0, bad=1)
    assert reasons(job) == [column]
    assert (list(Unit.objects.order_by("pk").values()), Record.objects.count()) == before


def test_two_reports_of_one_day_are_two_inspections_when_their_numbers_differ(world):
    failed = {**LIFT, "定期检验结论": "不合格", "下次定期检验日期": ""}
    sent(world.rui, failed)
    repeated = {**LIFT, "定期检验结论": "复检合格", "定期检验报告编号": "TD-25-2"}
    assert figures(sent(world.rui, repeated)) == counted(1, 0, updated=1)
    assert of(LIFT).held_from is None


def test_what_was_corrected_or_withdrawn_here_is_not_filed_again(world):
    sent(world.rui, LIFT)
    unit = of(LIFT)
    old = Inspection.objects.get(unit=unit)
    mended = Inspection(happened_on=old.happened_on, kind="periodic", conclusion="fail")
    file_record(actor=world.ou, unit=unit, record=mended, supersedes=old)
    assert figures(sent(world.rui, LIFT)) == counted(1, 0, unchanged=1)
    unit.refresh_from_db()
    assert unit.last_conclusion == "fail"
    gone = Registration.objects.get(unit=unit)
    withdrawal = Withdrawal(happened_on=gone.happened_on, reason="wrong unit")
    file_record(actor=world.ou, unit=unit, record=withdrawal, supersedes=gone)
    job = sent(world.rui, LIFT)
    assert ("in-use-unregistered", "使用状态") in told(job)
    assert Registration.objects.filter(unit=unit).count() == 1


def test_a_late_fact_has_later_records_judged_again(world):
    row = {k: v for k, v in BOILER.items() if "部检验" not in k}
    sent(world.rui, row)
    unit = of(row)
    stop = Stop(happened_on=dt.date(2026, 6, 1), notified_on=dt.date(2026, 6, 2))
    file_record(actor=world.ou, unit=unit, record=stop)
    late = {**row, "使用状态": "停用", "状态日期": "2026-05-01"}
    assert figures(sent(world.rui, late)) == counted(1, 0, updated=1)
    case = Case.objects.get()
    assert case.subject == f"record/{stop.pk}"
    assert case.facts["code"] == "not-in-use"


# ---- what is no fact


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"外部检验日期": "2025-05-12", "外部检验结论": "合格"}, "外部检验日期"),
        ({"定期检验结论": "符合要求"}, "定期检验结论"),
        ({"定期检验结论": "挺好"}, "定期检验结论"),
        ({"定期检验结论": ""}, "定期检验结论"),
        ({"定期检验日期": ""}, "定期检验日期"),
        ({"定期检验日期": "25/5/12"}, "定期检验日期"),
        ({"定期检验日期": "1899-12-31"}, "定期检验日期"),
        ({"定期检验日期": "2999-01-01"}, "定期检验日期"),
        ({"下次定期检验日期": "2025-05-12"}, "下次定期检验日期"),
        ({"下次定期检验日期": "27-05"}, "下次定期检验日期"),
        ({"定期检验结论": "不合格"}, "下次定期检验日期"),
        ({"安全状况等级": "2"}, "安全状况等级"),
        ({"安全状况等级": "7"}, "安全状况等级"),
        ({"使用登记日期": "24/3/31"}, "使用登记日期"),
        ({"使用登记日期": ""}, "使用登记日期"),
        ({"使用登记证编号": "—"}, "使用登记证编号"),
        ({"制造日期": "2021-01-01"}, "制造日期"),
        ({"使用状态": "封存"}, "使用状态"),
        ({"使用状态": "停用"}, "状态日期"),
        ({"使用状态": "停用", "状态日期": "2020-01-01"}, "状态日期"),
        ({"使用状态": "未注册"}, "使用状态"),
        ({"额定载重量": "很重"}, "额定载重量"),
        ({"额定载重量": "-5"}, "额定载重量"),
        ({"额定起重量": "5"}, "额定起重量"),
        ({"维保单位统一社会信用代码": "914403001922038217"}, "维保单位统一社会信用代码"),
    ],
)
def test_a_row_that_cannot_be_is_bad_and_writes_nothing(world, changes, column):
    refused(world, {**LIFT, **changes}, column)


def test_a_later_day_than_the_rule_allows_is_told_and_the_rule_stands(world):
    row = {**BOILER, "下次内部检验日期": "2030-04"}
    job = sent(world.rui, row)
    assert ("stated-too-late", "下次内部检验日期") in told(job)
    assert dues(of(row))["internal"] == dt.date(2027, 4, 30)


def test_a_certificate_of_another_time_is_taken_and_told(world):
    row = {**LIFT, "使用登记证编号": "梯鲁AG00123"}
    job = sent(world.rui, row)
    assert of(row).certificate_no == "梯鲁AG00123"
    assert ("certificate-unreadable", "使用登记证编号") in told(job)


@pytest.mark.parametrize("known_by", ["设备代码", "注册代码"])
def test_a_known_code_with_another_kind_of_equipment_is_a_bad_row(world, known_by):
    unit = world.lift
    code = "21501037020150001" if known_by == "设备代码" else "31103701022016053337"
    column = "device_code" if known_by == "设备代码" else "registration_code"
    Unit.objects.filter(pk=unit.pk).update(**{column: code})
    unit.refresh_from_db()
    row = {"品种代码": "2150", "区划代码": "370102", known_by: code}
    job = sent(world.rui, row)
    assert figures(job) == counted(1, 0, bad=1)
    assert Unit.objects.get(pk=unit.pk).category_id == "3110"


def test_another_name_under_a_known_credit_code_is_told_and_not_taken(world):
    row = {**LIFT, "使用单位名称": "另一家商场", "使用单位统一社会信用代码": world.mall.uscc}
    twin = {**row, "设备代码": "31101037020150002", "使用单位名称": "济南泉城商场有限公司"}
    job = sent(world.rui, row, twin)
    assert figures(job) == counted(2, 2)
    assert job.result["notes"] == {
        "count": 1, "codes": {"name-differs": 1},
        "rows": [{
            "line": 2, "column": "使用单位名称", "code": "name-differs",
            "stands": "济南泉城商场有限公司", "came": "另一家商场",
        }],
    }  # fmt: skip
    world.mall.refresh_from_db()
    assert world.mall.name == "济南泉城商场有限公司"
    assert of(row).using_entity == world.mall


def test_a_parameter_that_came_in_is_not_taken_away_by_an_empty_cell(world):
    sent(world.rui, {**LIFT, "额定载重量": "1000"})
    again = sent(world.rui, {**LIFT, "额定载重量": ""})
    assert figures(again) == counted(1, 0, unchanged=1)
    unit = of(LIFT)
    assert unit.parameters == {"rated_load_kg": 1000}
    edit_unit(actor=world.rui, unit=unit, version=unit.version, parameters={"floors": 9})
    sent(world.rui, {**LIFT, "额定载重量": "1100"})
    assert of(LIFT).parameters == {"floors": 9, "rated_load_kg": 1100}
