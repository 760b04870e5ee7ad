"""Entering a unit and filing its first records in pages, as a registrar does who never saw REST."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.directory.models import LegalEntity
from backend.units.models import Manufacture, Stage, Unit, UnitEntry
from backend.web.forms.records import MODEL_BY_STAGE
from tests.inspections.drafting import jpeg
from tests.web.builders import make_scene
from tests.world import World

NEW = "/desk/units/new/"
EN = {"headers": {"accept-language": "en"}}
CODE = "31101037020240007"


def filled(world: World, **changes: Any) -> dict[str, Any]:
    """A form for a lift as a registrar fills it in."""
    form = {
        "key": str(uuid.uuid4()), "region": "370102", "address": "经十路7号", "datum": "WGS84",
        "using_entity": "泉城商场", "maintainer": world.maintainer.uscc, "device_code": CODE,
        "lng": "117.05", "lat": "36.65", "internal_no": "7号客梯",
    }  # fmt: skip
    return form | changes


def send(client: Client, form: dict[str, Any], category: str = "3110") -> Any:
    return client.post(f"{NEW}?category={category}", form, follow=True, **EN)


@pytest.fixture
def rui(client: Client, world: World) -> Client:
    client.force_login(world.rui)
    return client


def test_a_kind_is_found_by_code_and_by_a_part_of_its_name(rui: Client) -> None:
    for text in ("3110", "曳引驱动", "traction"):
        assert "?category=3110" in rui.get(NEW, {"q": text}, **EN).content.decode()
    assert "No kind of unit" in rui.get(NEW, {"q": "不存在"}, **EN).content.decode()
    assert rui.get(f"{NEW}?category=3100").status_code == 404


def test_a_unit_is_entered_with_all_that_was_filled_in(rui: Client, world: World) -> None:
    answer = send(rui, filled(world))
    unit = Unit.objects.get(device_code=CODE)
    assert answer.redirect_chain[-1][0] == f"/desk/units/{unit.pk}/records/"
    assert "file what was inspected first" in answer.content.decode()
    assert (unit.using_entity, unit.maintainer) == (world.mall, world.maintainer)
    assert (unit.position.x, unit.position.y) == (117.05, 36.65)
    assert unit.registration_code is None
    assert unit.status == "unregistered"


def test_coordinates_of_another_datum_are_converted_and_kept(rui: Client, world: World) -> None:
    send(rui, filled(world, datum="GCJ02"))
    unit = Unit.objects.get(device_code=CODE)
    assert unit.source_datum == "GCJ02"
    assert unit.source_coordinates == [117.05, 36.65]
    assert unit.position.x != 117.05


def test_parameters_of_the_kind_are_asked_for_and_kept(rui: Client, world: World) -> None:
    page = rui.get(f"{NEW}?category=1100", **EN).content.decode()
    assert "rated evaporation (t/h)" in page
    values = {"parameters.power_station": "1", "parameters.capacity_t_h": "75"}
    send(rui, filled(world, device_code="", **values), category="1100")
    unit = Unit.objects.get(address="经十路7号")
    assert unit.parameters == {"power_station": True, "capacity_t_h": 75}


def test_a_second_click_enters_nothing_twice(rui: Client, world: World) -> None:
    form = filled(world, device_code="")
    first, second = send(rui, form), send(rui, form)
    assert first.redirect_chain == second.redirect_chain
    assert Unit.objects.filter(address="经十路7号").count() == 1
    assert UnitEntry.objects.count() == 1
    changed = send(rui, form | {"address": "经十路8号"})
    assert "sent before with other content" in changed.content.decode()
    assert not Unit.objects.filter(address="经十路8号").exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"device_code": "3110"}, "17 to 19 characters"),
        ({"device_code": "31101088920190001"}, "in the register already"),
        ({"using_entity": "谁也不是"}, "Nobody of this name"),
        ({"using_entity": "有限公司"}, "Several are called so"),
        ({"lat": ""}, "needs longitude and latitude"),
        ({"lng": "10"}, "10"),
        ({"region": "370103"}, "Select a valid choice"),
        ({"first_used_on": "2999-01-01"}, "future"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_that_was_typed_is_lost(
    rui: Client, world: World, changes: dict[str, str], told: str
) -> None:
    before = Unit.objects.count()
    page = send(rui, filled(world, **changes)).content.decode()
    assert told in page
    assert 'class="errorlist' in page
    for typed in (filled(world) | changes).values():
        assert not typed or typed == "370103" or typed in page or len(typed) == 36
    assert Unit.objects.count() == before


def test_a_natural_person_is_offered_by_the_whole_name_alone_and_masked(
    rui: Client, world: World
) -> None:
    trader = LegalEntity.objects.create(name="欧阳个体户", natural_person=True, region=world.lixia)
    offers = "/desk/offers/"
    assert rui.get(offers, {"q": "欧阳"}).json() == []
    [called] = rui.get(offers, {"q": "欧阳个体户"}).json()
    assert "个体户" not in called
    assert rui.get(offers, {"q": called}).json() == [called]
    send(rui, filled(world, using_entity=called))
    assert Unit.objects.get(device_code=CODE).using_entity == trader
    assert rui.get(offers, {"q": "泉城商场"}).json() == [f"{world.mall.name} {world.mall.uscc}"]
    assert rui.get(offers, {"q": "\0"}).json() == []


def test_only_registrars_open_the_form(client: Client, world: World) -> None:
    assert client.get(NEW).status_code == 302
    for who, code in ((world.lin, 403), (world.qian, 403), (world.ou, 403), (world.rui, 200)):
        client.force_login(who)
        assert client.get(NEW).status_code == code


def file(client: Client, unit: Unit, stage: str, **form: Any) -> Any:
    sent = {"key": str(uuid.uuid4()), "happened_on": "2024-03-01"} | form
    return client.post(f"/desk/units/{unit.pk}/records/?stage={stage}", sent, follow=True, **EN)


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_form_of_its_own_columns(rui: Client, world: World, stage: Stage) -> None:
    page = rui.get(f"/desk/units/{world.lift.pk}/records/?stage={stage}", **EN).content.decode()
    for column in MODEL_BY_STAGE[stage]._meta.local_fields:
        asked = column.editable and not column.primary_key
        assert (f'name="{column.name}"' in page) == asked, column.name


def test_records_are_filed_with_photos_and_shown_on_the_card(rui: Client, world: World) -> None:
    photo = SimpleUploadedFile("合格证.jpg", jpeg(7), "image/jpeg")
    answer = file(rui, world.lift, "manufacture", maker="泰山电梯", photos=[photo])
    assert answer.redirect_chain[-1][0] == f"/units/{world.lift.pk}/"
    filed = Manufacture.objects.get(unit=world.lift)
    assert (filed.maker, filed.filed_by) == ("泰山电梯", world.rui)
    assert filed.evidence.count() == 1


def test_a_photo_is_kept_while_the_rest_is_mended(rui: Client, world: World) -> None:
    photo = SimpleUploadedFile("合格证.jpg", jpeg(8), "image/jpeg")
    broken = SimpleUploadedFile("text.jpg", b"no photo", "image/jpeg")
    page = file(rui, world.lift, "manufacture", maker="", photos=[photo, broken])
    assert "text.jpg: " in page.content.decode()
    assert "1 photo is kept already." in page.content.decode()
    named = page.context["form"]["evidence"].value()
    file(rui, world.lift, "manufacture", maker="泰山电梯", evidence=named)
    assert Manufacture.objects.get(unit=world.lift).evidence.get().file.sha256 == named


def test_a_gate_says_in_words_why_it_refuses(rui: Client, world: World) -> None:
    page = file(rui, world.lift, "registration", kind="first", certificate_no="梯11鲁A00012(24)")
    assert 'class="errorlist' in page.content.decode()
    assert "梯11鲁A00012(24)" in page.content.decode()
    page = file(rui, world.lift, "inspection", kind="periodic", conclusion="fail",
                stated_next_on="2025-03-01")  # fmt: skip
    assert "A failed inspection states no next date." in page.content.decode()
    assert "2025-03-01" in page.content.decode()
    page = file(rui, world.lift, "manufacture", maker="泰山", happened_on="2999-01-01")
    assert "future" in page.content.decode()


def test_a_second_click_files_nothing_twice(rui: Client, world: World) -> None:
    key = str(uuid.uuid4())
    for _click in range(2):
        answer = file(rui, world.lift, "manufacture", maker="泰山电梯", key=key)
        assert answer.redirect_chain[-1][0] == f"/units/{world.lift.pk}/"
    assert Manufacture.objects.filter(unit=world.lift).count() == 1


def test_a_record_is_corrected_from_what_stands_in_it_and_withdrawn(
    rui: Client, world: World
) -> None:
    scene = make_scene(world)
    made = Manufacture.objects.get(unit=scene.lift)
    card = rui.get(f"/units/{scene.lift.pk}/", **EN).content.decode()
    path = f"/desk/units/{scene.lift.pk}/records/?stage=manufacture&supersedes={made.pk}"
    assert path.replace("&", "&amp;") in card
    begun = rui.get(path, **EN).content.decode()
    assert "山东泰山电梯制造有限公司" in begun
    file(rui, scene.lift, "manufacture", maker="泰山电梯", supersedes=made.pk,
         happened_on="2019-06-03")  # fmt: skip
    later = Manufacture.objects.get(supersedes=made)
    assert later.maker == "泰山电梯"
    file(rui, scene.lift, "design", designer="院", happened_on="2018-06-03")
    design = scene.lift.records.get(stage="design")
    withdrawal = {"supersedes": design.pk, "reason": "录错", "happened_on": ""}
    own = file(rui, scene.lift, "withdrawal", **withdrawal)
    assert own.context["form"].errors
    rui.force_login(world.ou)
    file(rui, scene.lift, "withdrawal", **withdrawal)
    assert scene.lift.records.get(stage="withdrawal").supersedes_id == design.pk


def test_who_files_which_stage(client: Client, world: World) -> None:
    path = f"/desk/units/{world.lift.pk}/records/"
    assert client.get(path).status_code == 302
    for who, stage, code in (
        (world.lin, "design", 403), (world.qian, "design", 403), (world.zhao, "design", 403),
        (world.zhao, "withdrawal", 200), (world.ou, "design", 200), (world.rui, "none", 404),
        (world.chen, "design", 404),
    ):  # fmt: skip
        client.force_login(who)
        assert client.get(path, {"stage": stage}).status_code == code, (who, stage)
    client.force_login(world.rui)
    foreign = f"/desk/units/{world.forklift_elsewhere.pk}/records/"
    assert client.get(foreign).status_code == 404
