"""Keeping the series of numbers."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.competence import find_heir
from backend.offices.models import Office
from backend.papers.models import Series
from backend.papers.numbers import STANDARD_FORM, is_form, parse_number
from backend.papers.sight import get_office_in_line, require_right_in


def open_series(
    *, actor: User, office: int, word: str, form: str = STANDARD_FORM
) -> tuple[Series, bool]:
    """Open a series of numbers of ``office``; returns it, and whether it is new. The same again is the same one.

    Raises Refused: 403; 404 for an office outside of the actor's line; 422 ``form-malformed``,
    ``word-malformed``; 409 ``word-taken`` where the word is another office's or has another form.
    """
    require_right(actor, Right.MANAGE_SERIES)
    require_right_in(actor, Right.MANAGE_SERIES, get_office_in_line(actor, office))
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


def series_open_to(office: Office) -> QuerySet[Series]:
    """The series from which papers of ``office`` get their numbers today.

    Those of an office end with it: what it left is numbered out of those of whoever took over.
    """
    return Series.objects.filter(office=find_heir(office, clock.today()), closed_at=None)


def require_open_series(series: int, office: Office) -> Series:
    """The series of this key, where papers of ``office`` get their numbers from it.

    Raises Refused: 422 ``series-unknown`` for one of another office; 409 ``series-closed``, also
    where its office has ended.
    """
    found = series_open_to(office).filter(pk=series).first()
    if found is not None:
        return found
    if Series.objects.filter(pk=series, office=office).exists():
        raise Refused("series-closed", _("The series is closed. Choose another."), status=409)
    raise Refused("series-unknown", _("The office has no such series."), field="series")
