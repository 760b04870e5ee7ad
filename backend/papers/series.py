"""Keeping the series of numbers."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.lib import clock
from backend.lib.problems import Refused
from backend.papers.models import Series
from backend.papers.numbers import STANDARD_FORM, is_form, parse_number
from backend.papers.sight import find_office_in_line, require_right_in


def open_series(
    *, actor: User, office: int, word: str, form: str = STANDARD_FORM
) -> tuple[Series, bool]:
    """Open a series of numbers of ``office``; returns it, and whether it is new. The same again is the same one.

    Raises Refused: 403; 404 for an office outside of the actor's line; 422 ``form-malformed``,
    ``word-malformed``; 409 ``word-taken`` where the word is another office's or has another form.
    """
    require_right(actor, Right.MANAGE_SERIES)
    require_right_in(actor, Right.MANAGE_SERIES, find_office_in_line(actor, office))
    if not is_form(form):
        told = _("Write {word}, {year} and {number} once each, with brackets 〔〕 and no 第.")
        raise Refused("form-malformed", told, field="form")
    if parse_number(f"{word}〔2006〕1号") is None:
        told = _("A word has two to twelve Chinese characters.")
        raise Refused("word-malformed", told, field="word")
    with transaction.atomic(), attribute_changes_to(actor):
        kept, new = Series.objects.get_or_create(
            word=word, defaults={"office_id": office, "form": form, "opened_at": clock.now()}
        )
    if (kept.office_id, kept.form) != (office, form):
        raise Refused("word-taken", _("Another series has this word."), field="word", status=409)
    return kept, new
