"""Finding documents by words of two characters or more, in number, title and text."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Repeat

from backend.accounts.models import User
from backend.directory.name_search import LEAST, contains_letters, contains_pairs, name_contains
from backend.documents.models import SEARCHED, Document
from backend.lib.one_of_many import is_one_of
from backend.lib.planned_rows import planned_rows
from backend.matters.models import MatterReader, seen_by

MOST_WORDS = 5
_AROUND = 24
_RANKS = (("number", 3), ("title", 2))
"""Where all words stand, and how much that counts; in the text they count one."""
_FEW_WITH_WORDS = 2_000
"""So many documents that hold the words are gone through one by one."""
_SURELY_MANY = 200_000
"""Where so many are expected they are not counted, though they may be expected wrongly."""
_FEW_SEEN = 10_000
"""So many documents that somebody sees are named one by one, where many hold the words."""


class Place(NamedTuple):
    """Where a word was found: in ``number``, ``title`` or ``body``, with what stands around it."""

    found_in: str
    before: str
    hit: str
    after: str


def read_words(text: str) -> list[str]:
    """The words that are looked for, five at most; a single letter is none."""
    return [word for word in text.split() if len(word) >= LEAST][:MOST_WORDS]


def search_documents(user: User, text: str) -> QuerySet[Document]:
    """The documents that ``user`` may see and that hold all words of ``text``, each with its ``rank``.

    None without a word of two characters. Where he sees many documents and many hold the words, all
    rank alike, so that the newest come first: to rank them would be to read them all.
    """
    words = read_words(text)
    rows: QuerySet[Document, Document] = Document.objects.annotate(searched=SEARCHED)
    if not words:
        return rows.annotate(rank=Value(0)).none()
    with_pairs = rows.filter(*(contains_pairs(word, column="searched") for word in words))
    if planned_rows(with_pairs) <= _FEW_WITH_WORDS:
        found = rows.filter(*(name_contains(word, column="searched") for word in words))
        return _rank_documents(found.filter(seen_by(user)), words)
    readers = MatterReader.objects.of(user)
    if (few := _few_seen(readers)) is not None:
        found = rows.filter(*(name_contains(word, column="searched") for word in words))
        return _rank_documents(found.filter(is_one_of("matter", few)), words)
    return rows.filter(_is_seen_with(readers, words)).annotate(rank=Value(1))


def _few_seen(readers: QuerySet[MatterReader]) -> list[int] | None:
    """The matters of ``readers`` where they are few; None where they are many.

    Their keys and the words are then looked up in two indexes, and what both hold is read.
    """
    if planned_rows(readers) > _SURELY_MANY:
        return None
    seen = readers.order_by().values_list("matter", flat=True)[: _FEW_SEEN + 1]
    return list(set(seen)) if len(seen) <= _FEW_SEEN else None


def _is_seen_with(readers: QuerySet[MatterReader], words: list[str]) -> Exists:
    """The predicate that one of ``readers`` sees the document and that it holds the words.

    It is read for the newest documents first until a page is full. As a column of the reader
    stands in it, nothing is looked for in a document before it is known that he sees it.
    """
    searched = Concat(OuterRef("searched"), Repeat("role", 0))
    holding = [contains_letters(word, column=searched) for word in words]
    return Exists(readers.filter(*holding, matter=OuterRef("matter")))


def _rank_documents(rows: QuerySet[Document], words: list[str]) -> QuerySet[Document]:
    ranks = [When(_contains_all(column, words), then=Value(rank)) for column, rank in _RANKS]
    return rows.annotate(rank=Case(*ranks, default=Value(1)))


def locate_first_word(document: Document, text: str) -> Place:
    """Where the first of the words stands in a document that was found by them."""
    words = read_words(text)
    for column in ("number", "title", "body"):
        value = getattr(document, column) or ""
        for word in words:
            at = value.lower().find(word.lower())
            if at >= 0:
                return _cut_around(column, value, at, len(word))
    return Place("title", document.title, "", "")


def _contains_all(column: str, words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__icontains": word})
    return condition


def _cut_around(column: str, value: str, at: int, length: int) -> Place:
    end = at + length
    before, after = value[max(0, at - _AROUND) : at], value[end : end + _AROUND]
    return Place(column, _on_one_line(before), value[at:end], _on_one_line(after))


def _on_one_line(text: Any) -> str:
    return " ".join(str(text).split("\n"))
