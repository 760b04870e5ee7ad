"""Finding documents by words of two characters, by right, ranked, with the place."""

from __future__ import annotations

import pytest
from django.db import connection

from backend.directory.name_search import name_contains
from backend.documents import search
from backend.documents.models import SEARCHED, Document
from backend.documents.search import locate_first_word, search_documents
from tests.documents.cast import DocumentCast, step

pytestmark = pytest.mark.django_db


def found(user, text: str) -> list[int]:
    rows = search_documents(user, text).order_by("-rank", "-pk")
    return list(rows.values_list("pk", flat=True))


def test_a_word_of_two_characters_is_found_best_place_first(cast: DocumentCast) -> None:
    in_title = cast.write(title="关于锅炉检验的通知", body="各单位。")
    in_text = cast.write(title="关于安全检查的通知", body="一、范围\n本次检查包括锅炉房。")
    cast.write(title="关于锅盖和炉子的通知", body="各单位。")
    assert found(cast.handler, "锅炉") == [in_title.pk, in_text.pk]
    assert found(cast.handler, "锅炉 范围") == [in_text.pk]
    assert found(cast.handler, "锅") == found(cast.handler, " ") == []
    in_text.refresh_from_db()
    assert locate_first_word(in_text, "锅炉") == ("body", "一、范围 本次检查包括", "锅炉", "房。")


def test_a_number_is_found_and_counts_most(cast: DocumentCast) -> None:
    document = cast.register(cast.sign(cast.write(title="关于电梯的通知")))
    other = cast.write(title=f"关于转发{document.number}的通知")
    assert found(cast.clerk, document.number) == [document.pk, other.pk]
    assert locate_first_word(document, "1号").found_in == "number"


def test_only_what_one_may_see_is_found(cast: DocumentCast) -> None:
    document = cast.write(title="关于锅炉检验的通知")
    assert found(cast.neighbour_clerk, "锅炉") == []
    assert found(cast.city_leader, "锅炉") == [document.pk]
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "countersign", persons=(cast.neighbour_leader.pk,))
    assert found(cast.neighbour_leader, "锅炉") == [document.pk]
    assert found(cast.neighbour_clerk, "锅炉") == []


def test_what_a_search_writes_is_no_pattern(cast: DocumentCast) -> None:
    cast.write(title="百分之100%合格的通知")
    assert found(cast.handler, "%合") != []
    assert found(cast.handler, "_合") == []


def test_the_index_of_pairs_serves_the_search(cast: DocumentCast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Document.objects.annotate(searched=SEARCHED)
    plan = rows.filter(name_contains("锅炉", column="searched")).explain()
    assert "document_pairs" in plan


@pytest.mark.parametrize("own", [-1, 10_000], ids=["newest-first", "own-documents"])
def test_common_words_are_found_as_rare_ones(
    cast: DocumentCast, monkeypatch: pytest.MonkeyPatch, own: int
) -> None:
    in_title = cast.write(title="关于Boiler检验的通知", body="各单位。")
    in_text = cast.write(title="关于安全检查的通知", body="一、范围\n包括boiler房，检验。")
    cast.write(title="关于锅盖的通知", body="只有检验。")
    monkeypatch.setattr(search, "_FEW_WITH_WORDS", -1)
    monkeypatch.setattr(search, "_FEW_SEEN", own)
    newest_first = own < 0
    assert found(cast.handler, "BOILER 检验") == (
        [in_text.pk, in_title.pk] if newest_first else [in_title.pk, in_text.pk]
    )
    assert found(cast.neighbour_clerk, "BOILER 检验") == []
