"""The facts of a matter as its page shows them, read out of the one template that its kind has.

So a kind says its facts to people once, in their language, and a phone shows no less than the desk.
"""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import HttpRequest
from django.template.loader import render_to_string

from backend.matters.kinds import get_kind
from backend.matters.models import Matter

Fact = tuple[str, str]
"""What it is called, which may be nothing, and what it is."""

_SKIPPED = frozenset({"form", "nav", "script", "style", "svg"})
_PARTS = frozenset({"h1", "h2", "h3", "h4", "p", "dt", "dd", "li", "tr", "caption"})


def read_facts(request: HttpRequest, matter: Matter) -> list[Fact]:
    """The facts in the order of the page, each with its label; paragraphs and headings have none."""
    kind = get_kind(matter.kind)
    shown = {"matter": matter, "kind": kind, "child": kind.model._default_manager.get(pk=matter.pk)}
    reader = _FactsReader()
    reader.feed(render_to_string(kind.partial, shown, request))
    reader.close()
    return reader.facts


class _FactsReader(HTMLParser):
    """Reads labels (``dt``) with their values (``dd``), and paragraphs; leaves out what one presses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts: list[Fact] = []
        self._skipping: list[str] = []
        self._part = self._label = ""
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a part, or go deeper into what is left out."""
        pressed = tag in _SKIPPED or "button" in (dict(attrs).get("class") or "").split()
        if self._skipping or pressed:
            if pressed or tag in self._skipping:
                self._skipping.append(tag)
        elif tag in _PARTS and self._part != "dd":
            self._end_part()
            self._part = tag
        elif tag in _PARTS or tag == "br":
            self._said.append("\n")
        elif tag in ("td", "th") and self._said:
            self._said.append(" · ")

    def handle_endtag(self, tag: str) -> None:
        """End a part, or come out of what is left out."""
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
        elif tag == self._part:
            self._end_part()

    def handle_data(self, data: str) -> None:
        """Hear a text."""
        if not self._skipping:
            self._said.append(data.replace("\n", " "))

    def close(self) -> None:
        """End the last part."""
        super().close()
        self._end_part()

    def _end_part(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._said).split("\n"))
        text = "\n".join(line for line in lines if line)
        if self._part == "dt":
            self._label = text
        elif text:
            self.facts.append((self._label if self._part == "dd" else "", text))
        self._part, self._said = "", []
