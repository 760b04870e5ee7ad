"""Finding documents by words of two characters or more, in number, title and text."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, Value, When

from backend.accounts.models import User
from backend.directory.name_search import LEAST, name_contains
from backend.documents.models import SEARCHED, Document

MOST_WORDS = 5
_AROUND = 24
_RANKS = (("number", 3), ("title", 2))
"""Where all words stand, and how much that counts; in the text they count one."""


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

    None without a word of two characters.
    """
    words = read_words(text)
    rows: QuerySet[Document] = Document.objects.visible_to(user).annotate(searched=SEARCHED)
    if not words:
        return rows.annotate(rank=Value(0)).none()
    for word in words:
        rows = rows.filter(name_contains(word, column="searched"))
    ranks = [When(_holds_all(column, words), then=Value(rank)) for column, rank in _RANKS]
    return rows.annotate(rank=Case(*ranks, default=Value(1)))


def find_place(document: Document, text: str) -> Place:
    """Where the first of the words stands in a document that was found by them."""
    words = read_words(text)
    for column in ("number", "title", "body"):
        value = getattr(document, column) or ""
        for word in words:
            at = value.lower().find(word.lower())
            if at >= 0:
                return _cut(column, value, at, len(word))
    return Place("title", document.title, "", "")


def _holds_all(column: str, words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{column}__icontains": word})
    return condition


def _cut(column: str, value: str, at: int, length: int) -> Place:
    end = at + length
    before, after = value[max(0, at - _AROUND) : at], value[end : end + _AROUND]
    return Place(column, _on_one_line(before), value[at:end], _on_one_line(after))


def _on_one_line(text: Any) -> str:
    return " ".join(str(text).split("\n"))
