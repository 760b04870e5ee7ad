"""The papers of a letter: drafted by steps and by hand, without who told it, numbered and verified."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.hotline.models import HotlineMatter
from backend.hotline.papers import draft_letter_paper
from backend.lib.problems import Refused
from backend.matters.models import Matter, Step
from backend.matters.steps import Sending
from backend.papers.models import Paper
from backend.papers.series import open_series
from backend.papers.tasks import make_pdf
from tests.hotline.cast import ZHANG, HotlineCast
from tests.hotline.test_story import SECRETS, find_tables_with, step, walk_to_the_handler
from tests.world import make_user, office_of

pytestmark = pytest.mark.django_db
BOTH = {"complainant_consents": True, "respondent_consents": True}


def papers_of(child: HotlineMatter) -> list[Paper]:
    """The papers of its matter, the first one first."""
    return list(Paper.objects.filter(matter_links__matter=child.pk).order_by("pk"))


def mediate(cast: HotlineCast, child: HotlineMatter, ground: str, remark: str) -> None:
    walk_to_the_handler(cast, child.matter)
    step(cast.county_handler, child.matter, "note-consent", details=BOTH)
    step(cast.county_handler, child.matter, "mediate")
    step(cast.county_handler, child.matter, "end-mediation", ground=ground, remark=remark)


def test_a_refusal_is_drafted_with_its_ground_and_without_the_reporter(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    [child] = cast.send(
        account=f"我是{ZHANG.name}，买的空调\u200b😀不冷", facts={"against_name": "泉城商场"}
    )
    step(cast.operator, child.matter, "register")
    step(cast.clerk, child.matter, "refuse", ground="too-late", remark="购于2019年",
         details={"answer": f"{ZHANG.name}，您可以向法院起诉。"})  # fmt: skip
    [paper] = papers_of(child)
    assert (paper.template.code, paper.state, paper.office) == (
        "complaint-refusal", "draft", office_of(cast.world.city),
    )  # fmt: skip
    assert paper.fields["ground"] == "超过三年"
    assert paper.fields["respondent"] == "泉城商场"
    assert paper.fields["advice"] == "张**，您可以向法院起诉。"
    assert "\u200b" not in paper.fields["matter"]
    assert child.matter.number in paper.addressee
    for secret in SECRETS:
        assert find_tables_with(secret) == []


@pytest.mark.parametrize(
    ("ground", "template"), [("agreed", "mediation-agreement"), ("absent", "mediation-end")]
)
def test_the_end_of_a_mediation_drafts_its_agreement_or_its_reason(
    hotline_cast: HotlineCast, ground: str, template: str
) -> None:
    cast = hotline_cast
    [child] = cast.send()
    mediate(cast, child, ground, "商家退货退款。")
    paper = papers_of(child)[-1]
    assert (paper.template.code, paper.office) == (template, office_of(cast.world.lixia))
    assert paper.drafted_by == cast.county_handler
    said = paper.fields.get("terms") or paper.fields["ground"]
    assert said == {"agreed": "商家退货退款。", "absent": "无正当理由不参加或拒绝调解"}[ground]


def test_whoever_writes_papers_of_the_office_drafts_one_by_hand_and_once(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    [child] = cast.send(natures=("report",))
    asked: dict[str, Any] = {
        "actor": cast.clerk, "matter": child.pk, "version": None, "template": "letter-answer",
        "sending": Sending(uuid.uuid4(), 1),
    }  # fmt: skip
    first, again = draft_letter_paper(**asked), draft_letter_paper(**asked)
    assert first == again
    assert Step.objects.filter(matter=child.pk, action="draft-paper").count() == 1
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"template": "complaint-refusal"}, "template-unfit"),
        ({"version": 99}, "precondition-failed"),
        ({"actor": cast.neighbour_handler}, "not-found"),
    ]
    for change, code in wrong:
        with pytest.raises(Refused) as refused:
            draft_letter_paper(**(asked | {"sending": Sending(uuid.uuid4(), 1)} | change))
        assert refused.value.code == code
    assert len(papers_of(child)) == 1


def test_a_complaint_about_conduct_has_no_papers_for_others_would_read_them(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    office = office_of(cast.world.lixia)
    [child] = cast.send(natures=("conduct",), facts={"against_office": office})
    with pytest.raises(Refused) as refused:
        draft_letter_paper(
            actor=cast.operator, matter=child.pk, version=None, template="letter-answer"
        )
    assert refused.value.code == "template-unfit"


def test_a_paper_gets_its_number_on_the_page_of_the_matter_and_is_verified_by_everybody(
    hotline_cast: HotlineCast, django_capture_on_commit_callbacks: Any
) -> None:
    cast = hotline_cast
    keeper = make_user("keeper", Role.ADMINISTRATOR, cast.world.city)
    office = office_of(cast.world.city)
    series, _new = open_series(actor=keeper, office=office.pk, word="济市监诉")
    [child] = cast.send()
    step(cast.operator, child.matter, "register")
    step(cast.clerk, child.matter, "accept")
    [paper] = papers_of(child)
    desk = Client()
    desk.force_login(cast.clerk)
    place, here = f"/desk/matters/{child.pk}/", {"matter": child.pk}
    assert "投诉受理通知书" in desk.get(place).content.decode()
    words = {"addressee": paper.addressee} | paper.fields | {"material": "发票"}
    assert desk.post(f"/papers/{paper.pk}/edit/", words)["Location"] == f"/papers/{paper.pk}/"
    sent = desk.post(f"/papers/{paper.pk}/register/", here | {"series": series.pk})
    assert sent["Location"] == place
    assert "济市监诉〔2026〕1号" in desk.get(place).content.decode()
    assert desk.post(f"/papers/{paper.pk}/issue/", here)["Location"] == place
    paper.refresh_from_db()
    make_pdf(str(paper.job_id))
    assert paper.fields["material"] == "发票"
    assert "济市监诉〔2026〕1号" in Client().get(f"/V/{paper.code}").content.decode()

    client = APIClient()
    client.force_authenticate(cast.clerk)
    [told] = client.get(f"/api/v1/matters/{child.pk}").json()["papers"]
    assert (told["number"], told["state"]) == ("济市监诉〔2026〕1号", "issued")
    made = client.post(
        f"/api/v1/hotline/letters/{child.pk}/papers", {"template": "letter-answer"},
        headers={"If-Match": "*", "Idempotency-Key": str(uuid.uuid4())}, format="json",
    )  # fmt: skip
    assert (made.status_code, made.json()["template"]) == (201, "letter-answer")
    client.force_authenticate(cast.county_handler)
    assert client.get(f"/api/v1/matters/{child.pk}").status_code == 404


def test_the_form_drafts_and_says_so_when_the_matter_has_changed(hotline_cast: HotlineCast) -> None:
    cast = hotline_cast
    [child] = cast.send()
    desk = Client()
    desk.force_login(cast.clerk)
    form = {"key": str(uuid.uuid4()), "version": 1, "template": "complaint-acceptance"}
    page = f"/desk/hotline/{child.pk}/paper/"
    assert desk.get(page).status_code == 200
    for _turn in range(2):
        assert desk.post(page, form)["Location"] == f"/desk/matters/{child.pk}/"
    assert len(papers_of(child)) == 1
    late = desk.post(page, form | {"key": str(uuid.uuid4())})
    assert late.status_code == 200
    assert len(papers_of(child)) == 1
    assert Matter.objects.get(pk=child.pk).version == 2
