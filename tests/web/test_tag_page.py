"""The public page of a tag: the facts of the mark, the present state, and nothing else."""

from __future__ import annotations

import datetime as dt
import re

import pgtrigger
import pytest
from django.conf import settings as configured
from django.test import Client

from backend.inspections.cards.kept_cards import make_emptied_cards
from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect
from backend.lib import clock
from backend.lib.public_throttle import PublicThrottle
from backend.units.models import Conclusion, Registration, UnitStatus
from backend.web.scan_log_choice import GARBAGE_KEPT
from tagging.actions import mint_batch, replace_tag, retire_tag
from tagging.models import Scan
from tests.inspections.drafting import draft_of, file
from tests.owner import as_owner
from tests.web.builders import BODY, Scene, inspect, state

JSON = {"headers": {"accept": "application/json"}}


def text_of(client: Client, code: str, status: int = 200) -> str:
    """The page's words, in Chinese."""
    response = client.get(f"/T/{code}", headers={"accept-language": "zh-CN"})
    assert response.status_code == status
    return response.content.decode()


def test_page_shows_the_facts_of_the_mark_without_sign_in(client, scene: Scene):
    page = text_of(client, scene.code)
    assert scene.lift.device_code is not None
    for fact in (
        "曳引驱动乘客电梯",
        "梯11鲁A03622(20)",
        scene.lift.device_code,
        "3号客梯",
        "济南泉城商场有限公司",
        "泉城电梯维保有限公司",
        "0531-88001234",
        "370102018",
        BODY,
        "历下区市场监督管理局",
        "12315",
    ):
        assert fact in page
    assert 'class="standing in_order"' in page


def test_an_english_page_names_the_kind_in_english(client, world, scene: Scene):
    english = {"accept-language": "en"}
    page = client.get(f"/T/{scene.code}", headers=english).content.decode()
    assert f"<h1>{world.lift.category.name_en}</h1>" in page
    assert "Lift (elevator)" in page
    assert "曳引驱动乘客电梯" not in page
    assert "曳引驱动乘客电梯" in text_of(client, scene.code)


def test_page_is_the_same_in_any_case_of_path_and_code(client, scene: Scene):
    for path in (f"/t/{scene.code.lower()}", f"/T/{scene.code.lower()}", f"/T/{scene.code}/"):
        assert "梯11鲁A03622(20)" in client.get(path).content.decode()


def test_page_works_without_scripts_and_asks_for_nothing_from_elsewhere(client, scene: Scene):
    page = text_of(client, scene.code)
    assert "<script" not in page
    assert " style=" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_rule_2_mark_prints_the_type_name_where_there_is_no_variety(client, world, scene: Scene):
    state(scene.lift, category=world.boiler.category, kind="1")
    page = text_of(client, scene.code)
    assert f"<h1>{world.boiler.category.name}</h1>" in page
    assert "承压蒸汽锅炉" in page


def test_rule_7_an_old_certificate_is_not_expired(client, scene: Scene):
    state(scene.lift, registered_on=dt.date(2004, 1, 1))
    page = text_of(client, scene.code)
    assert 'class="standing in_order"' in page
    assert "有效期" not in page
    assert "expire" not in str(client.get(f"/T/{scene.code}", **JSON).json())


def test_rule_14_dates_are_shown_to_the_month(client, scene: Scene):
    inspect(scene.lift, dt.date(2026, 10, 17))
    page = text_of(client, scene.code)
    assert "2026年10月" in page
    assert "2026-10-17" not in page


def test_rule_15_a_stopped_unit_is_not_overdue(client, scene: Scene):
    state(scene.lift, status=UnitStatus.STOPPED, next_due_on=dt.date(2021, 1, 31))
    page = text_of(client, scene.code)
    assert 'class="standing stopped"' in page
    assert "2021" not in page


def test_rule_8_a_failed_unit_says_do_not_use_and_shows_no_next_date(client, scene: Scene):
    state(scene.lift, held_from=clock.today(), last_conclusion=Conclusion.FAIL)
    scene.lift.holds.create(rule="failed", since=clock.today())
    page = text_of(client, scene.code)
    assert 'class="standing held"' in page
    assert "检验不合格" in page
    answer = client.get(f"/T/{scene.code}", **JSON).json()
    assert answer["standing"] == "held"
    assert answer["holds"] == ["检验不合格，检验合格前不得使用。"]
    assert answer["usable"] is False
    assert answer["next_inspection"] is None


def test_an_overdue_unit_says_so_in_words_and_with_a_sign(client, scene: Scene):
    state(scene.lift, next_due_on=clock.today() - dt.timedelta(days=1))
    page = text_of(client, scene.code)
    assert 'class="standing overdue"' in page
    assert '<svg class="sign"' in page
    assert client.get(f"/T/{scene.code}", **JSON).json()["usable"] is False


def test_a_void_tag_says_so_and_shows_no_unit(client, scene: Scene):
    fresh = mint_batch(actor=scene.world.ou, count=1).tags.get().code
    replace_tag(actor=scene.world.ou, unit=scene.lift, code=fresh, reason="磨损")
    page = text_of(client, scene.code, status=410)
    assert "作废" in page
    for fact in ("梯11鲁A03622(20)", "济南泉城商场", "磨损", fresh):
        assert fact not in page
    answer = client.get(f"/T/{scene.code}", **JSON)
    assert answer.status_code == 410
    assert answer.json()["type"] == "/problems/tag-void"
    assert "梯11鲁A03622(20)" in text_of(client, fresh)


def test_a_tag_on_no_unit_yet_says_so(client, scene: Scene):
    fresh = mint_batch(actor=scene.world.ou, count=1).tags.get().code
    assert "尚未" in text_of(client, fresh)


@pytest.mark.parametrize("raw", ["HELLO", "222222222222/../x", "%00%FF", "<script>", "２" * 400])
def test_a_malformed_code_gets_a_helpful_page(client, db, raw):
    response = client.get(f"/T/{raw}")
    assert response.status_code == 404
    assert "12315" in response.content.decode()
    assert "<script" not in response.content.decode()


def test_a_code_never_issued_is_unknown(client, db):
    response = client.get("/T/222222222222", **JSON)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_natural_person_is_masked(client, scene: Scene):
    mall = scene.world.mall
    mall.name, mall.natural_person = "王小明", True
    mall.save()
    inspect(scene.lift, clock.today(), inspectors="李检验")
    for page in (text_of(client, scene.code), str(client.get(f"/T/{scene.code}", **JSON).json())):
        assert "王**" in page
        for secret in ("王小明", "林检验", "李检验", "lin", mall.uscc):
            assert secret not in page.replace("__", "") or secret == "lin"


def test_json_carries_the_same_facts(client, scene: Scene):
    response = client.get(f"/T/{scene.code}", **JSON)
    answer = response.json()
    assert answer["tag"] == scene.code
    assert answer["certificate_no"] == "梯11鲁A03622(20)"
    assert answer["standing"] == "in_order"
    assert re.fullmatch(r"\d{4}-\d\d", answer["next_inspection"])
    assert answer["inspection_body"] == BODY
    assert "Accept" in response["Vary"]


def test_search_engines_and_caches_keep_nothing(client, scene: Scene):
    response = client.get(f"/T/{scene.code}")
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Cache-Control"] == "no-store"


def test_head_answers_without_a_body(client, scene: Scene):
    response = client.head(f"/T/{scene.code}")
    assert response.status_code == 200
    assert response.content == b""


def test_nothing_can_be_posted(client, scene: Scene):
    assert client.post(f"/T/{scene.code}").status_code == 405


def test_each_look_is_logged_even_when_it_means_nothing(client, scene: Scene):
    client.get(f"/T/{scene.code}")
    client.get("/T/nonsense")
    assert list(Scan.objects.order_by("pk").values_list("code", flat=True)) == [scene.code, None]
    assert Scan.objects.filter(network="127.0.0.0").count() == 2


def test_too_many_looks_are_refused_in_clear_words(client, scene: Scene, monkeypatch):
    monkeypatch.setattr(PublicThrottle, "get_rate", lambda _self: "2/min")
    for _ in range(2):
        assert client.get(f"/T/{scene.code}").status_code == 200
    response = client.get(f"/T/{scene.code}", headers={"accept-language": "zh-CN"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "秒" in response.content.decode()
    refused = client.get(f"/T/{scene.code}", **JSON)
    assert refused["Content-Type"] == "application/problem+json"
    assert Scan.objects.count() == 2


def test_page_needs_two_queries_and_three_when_no_card_is_kept(
    client, scene: Scene, django_assert_num_queries
):
    with django_assert_num_queries(3):
        client.get(f"/T/{scene.code}")
    make_emptied_cards()
    with django_assert_num_queries(2):
        client.get(f"/T/{scene.code}")


def test_page_says_the_same_kept_or_not(client, scene: Scene):
    inspect(scene.lift, dt.date(2026, 11, 1), kind="self_detection", body_name="维保单位")
    said = [client.get(f"/T/{scene.code}", **JSON).json()]
    make_emptied_cards()
    said.append(client.get(f"/T/{scene.code}", **JSON).json())
    kept, anew = (answer.pop("as_of") and answer for answer in said)
    assert kept == anew


def test_the_form_of_the_landing_page_leads_to_the_tag(client, scene: Scene):
    typed = " ".join(scene.code[i : i + 4] for i in (0, 4, 8)).lower()
    response = client.get("/t/", {"code": typed})
    assert response["Location"] == f"/T/{scene.code}"
    assert client.get("/t/", {"code": "nonsense"}).status_code == 404
    assert client.get("/t/")["Location"] == "/"


def test_the_last_inspection_shown_is_the_last_by_a_body_in_the_order_of_its_day(
    client, scene: Scene
):
    morning, noon = (clock.now().replace(hour=hour) for hour in (1, 4))
    inspect(scene.lift, dt.date(2026, 10, 17), body_name="第二检验院", stands_at=noon)
    inspect(scene.lift, dt.date(2026, 10, 17), body_name="第一检验院", stands_at=morning)
    inspect(scene.lift, dt.date(2026, 11, 1), kind="self_detection", body_name="维保单位")
    answer = client.get(f"/T/{scene.code}", **JSON).json()
    assert (answer["last_inspection"], answer["inspection_body"]) == ("2026-10", "第二检验院")


def test_a_late_check_of_the_user_himself_is_no_ban(client, scene: Scene):
    state(scene.lift, own_due_on=clock.today() - dt.timedelta(days=40))
    page = text_of(client, scene.code)
    assert 'class="standing check_late"' in page
    assert "不得使用" not in page
    answer = client.get(f"/T/{scene.code}", **JSON).json()
    assert answer["usable"] is True
    assert answer["next_inspection"] == f"{scene.lift.next_due_on:%Y-%m}"


def test_the_address_is_whole_and_says_nothing_twice(client, scene: Scene):
    assert "山东省济南市历下区泉城路1号" in text_of(client, scene.code)
    state(scene.lift, address="济南市历下区泉城路1号")
    assert "山东省济南市历下区泉城路1号" in text_of(client, scene.code)


def test_the_authority_is_that_of_the_registration_else_of_the_county(client, scene: Scene):
    assert "登记机关</dt><dd>历下区市场监督管理局" in text_of(client, scene.code)
    with as_owner(), pgtrigger.ignore("units.Registration:append_only"):
        Registration.objects.update(authority=None)
    assert "监管部门</dt><dd>历下区市场监督管理局" in text_of(client, scene.code)


def test_the_code_stands_large_beside_the_hotline(client, scene: Scene):
    page = text_of(client, scene.code)
    grouped = " ".join(scene.code[i : i + 4] for i in (0, 4, 8))
    assert f"<b>{grouped}</b>" in page
    assert 'href="tel:12315"' in page


def test_an_open_serious_defect_never_reads_as_in_order(client, scene: Scene):
    """However it was opened: by a report that passed, and closed by the next."""
    fault = DefectDraft("门锁失效", "serious")
    file(scene.world, draft_of(scene.lift, kind="sup_repair", defects=[fault]))
    answer = client.get(f"/T/{scene.code}", **JSON).json()
    assert (answer["standing"], answer["usable"]) == ("serious_defect", False)
    assert answer["next_inspection"] is None
    page = text_of(client, scene.code)
    assert "正常" not in page
    closes = [Defect.objects.get().pk]
    file(scene.world, draft_of(scene.lift, kind="sup_repair", closes=closes))
    assert client.get(f"/T/{scene.code}", **JSON).json()["usable"] is True


def test_garbage_of_strangers_writes_few_rows_and_codes_write_all(client, scene, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {"public": "9999/min"}
    }
    for number in range(GARBAGE_KEPT + 15):
        client.get(f"/T/nonsense-{number}", REMOTE_ADDR=f"10.0.0.{number}")
    # An hour may end in between, which gives the next one its own count.
    assert Scan.objects.count() in range(GARBAGE_KEPT, GARBAGE_KEPT + 15)
    client.get("/T/nonsense", REMOTE_ADDR="10.0.1.1")
    before = Scan.objects.count()
    client.get(f"/T/{scene.code}", REMOTE_ADDR="10.0.0.1")
    client.force_login(scene.world.lin)
    client.get("/T/nonsense", REMOTE_ADDR="10.0.0.1")
    assert Scan.objects.count() == before + 2


def test_a_true_code_under_a_foreign_host_is_told_as_a_possible_forgery(client, scene: Scene):
    foreign, ours = (
        f"HTTPS://EVIL.EXAMPLE:8443/T/{scene.code}",
        f"{configured.PUBLIC_BASE_URL}/T/{scene.code}",
    )
    english = {"accept-language": "en"}
    page = client.get("/t/", {"code": foreign}, headers=english).content.decode()
    assert "leads to evil.example and not to us" in page
    assert "梯11鲁A03622(20)" in page
    assert client.get("/t/", {"code": ours})["Location"] == f"/T/{scene.code}"
    told = client.get("/t/", {"code": foreign}, headers={"accept": "application/json"}).json()
    assert told["foreign_host"] == "evil.example"
    own = client.get(f"/T/{scene.code}", headers={"accept": "application/json"}).json()
    assert "foreign_host" not in own
    retire_tag(actor=scene.world.ou, code=scene.code, reason="旧")
    void = client.get("/t/", {"code": foreign}, headers={"accept": "application/json"}).json()
    assert (void["type"], void["foreign_host"]) == ("/problems/tag-void", "evil.example")


def test_former_hosts_of_labels_are_ours(client, scene: Scene, settings):
    settings.FORMER_LABEL_HOSTS = ["old.example"]
    answer = client.get("/t/", {"code": f"https://OLD.example/t/{scene.code.lower()}"})
    assert answer["Location"] == f"/T/{scene.code}"
