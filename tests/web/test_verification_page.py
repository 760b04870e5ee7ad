"""The public page of a paper: valid, replaced or withdrawn now, and nothing personal."""

from __future__ import annotations

import hashlib

import pytest

from backend.lib.identifiers.random_code import group_code, make_code
from backend.papers.actions import draft_replacement, withdraw_paper
from backend.papers.models import Template
from media_config import storage
from tests.papers.scenes import FIELDS, Desk, build_desk, draft, issue, register

JSON = {"accept": "application/json"}


@pytest.fixture
def desk(world) -> Desk:
    return build_desk(world)


def told(client, code: str) -> tuple[int, dict]:
    answer = client.get(f"/V/{code}", headers=JSON)
    return answer.status_code, answer.json()


def test_the_page_says_that_it_is_valid_without_anything_personal(client, desk: Desk):
    paper = issue(desk)
    page = client.get(f"/V/{paper.code}", headers={"accept-language": "zh-CN"})
    words = page.content.decode()
    for said in (
        "有效", "投诉受理通知书", paper.number, desk.bureau.name, paper.pdf_sha256,
        paper.registered_on.isoformat(), group_code(paper.code),
    ):  # fmt: skip
        assert said in words
    for secret in (paper.addressee, FIELDS["respondent"], FIELDS["phone"], FIELDS["handler"]):
        assert secret not in words
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Cache-Control"] == "no-store"


def test_programs_are_told_as_json_how_it_stands_now(client, desk: Desk):
    paper = issue(desk)
    status, facts = told(client, paper.code)
    assert (status, facts["state"], facts["number"]) == (200, "valid", paper.number)
    assert set(facts) == {
        "state", "code", "title", "number", "office", "day", "sha256", "facts", "as_of",
    }  # fmt: skip
    new, _made = draft_replacement(actor=desk.writer, paper=paper.pk)
    assert told(client, paper.code)[1]["state"] == "valid"
    new = issue(desk, register(desk, new))
    assert told(client, paper.code)[1]["state"] == "replaced"
    withdraw_paper(actor=desk.clerk, paper=new.pk, reason="张三的电话有误")
    status, facts = told(client, new.code)
    assert (status, facts["state"]) == (200, "withdrawn")
    assert "张三" not in client.get(f"/V/{new.code}").content.decode()


def test_what_a_template_calls_public_is_shown(client, desk: Desk):
    facts = {
        name: getattr(Template.objects.get(code="complaint-acceptance"), name)
        for name in ("code", "title", "layout", "paragraphs", "source", "confidence", "loaded_at")
    }
    fields = [f | {"public": f["name"] == "respondent"} for f in _fields()]
    Template.objects.create(version=2, fields=fields, **facts)
    paper = issue(desk)
    assert told(client, paper.code)[1]["facts"] == [
        {"label": "被投诉人", "value": FIELDS["respondent"]}
    ]


def _fields():
    return Template.objects.get(code="complaint-acceptance", version=1).fields


def test_what_was_never_issued_is_unknown(client, desk: Desk):
    withdrawn = draft(desk)
    withdraw_paper(actor=desk.clerk, paper=withdrawn.pk, reason="不发")
    for code in (draft(desk).code, register(desk).code, withdrawn.code, make_code(), "nonsense"):
        status, facts = told(client, code)
        assert (status, facts["type"]) == (404, "/problems/paper-unknown")
        assert client.get(f"/V/{code}").status_code == 404


def test_codes_are_read_as_people_type_them_and_tags_are_no_papers(client, desk: Desk):
    paper = issue(desk)
    typed = group_code(paper.code).lower()
    answer = client.get("/V/", {"code": typed})
    assert answer["Location"] == f"/V/{paper.code}"
    assert client.get("/V/").status_code == 200
    assert client.get(f"/V/{typed}").status_code == 200
    assert client.get("/V/", {"code": f"https://x.cn/T/{paper.code}"}).status_code == 404


def test_strangers_are_held_to_a_rate(client, desk: Desk, settings):
    paper = issue(desk)
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"public": "2/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    codes = [client.get(f"/V/{paper.code}").status_code for _ in range(4)]
    assert 429 in codes


def test_one_query_answers(client, desk: Desk, django_assert_num_queries):
    paper = issue(desk)
    with django_assert_num_queries(1):
        client.get(f"/V/{paper.code}", headers=JSON)


@pytest.mark.django_db(transaction=True)
def test_a_browser_compares_a_file_without_sending_it(world, live_server, browser, tmp_path):
    paper = issue(build_desk(world))
    with storage.open_object(paper.pdf_key) as stream:
        content = stream.read()
    assert hashlib.sha256(content).hexdigest() == paper.pdf_sha256
    for name, body in (("same.pdf", content), ("other.pdf", content + b" ")):
        (tmp_path / name).write_bytes(body)
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{live_server.url}/V/{paper.code}", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_input_files("#file", tmp_path / "same.pdf")
    page.get_by_text("正是签发的那份文件").wait_for()
    page.set_input_files("#file", tmp_path / "other.pdf")
    page.get_by_text("不是签发的那份文件").wait_for()
    assert [url for url in asked if "/static/" not in url] == []
