"""What each form of the clerk's pages has: a key by which a second click on send does nothing twice."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.problems import Refused
from backend.web.errors import raise_if_hidden
from backend.web.forms.chosen import EntityField


class KeyedForm(forms.Form):
    """A form that is filled in by ``user``; ``key`` stays what it is until the form is opened anew."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    also_called: ClassVar[Mapping[str, str]] = {}
    """By what a refusal may name instead the field that it is told at."""

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, EntityField):
                field.user = user

    def facts(self) -> dict[str, Any]:
        """What was filled in, without the key; the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class DayInput(forms.DateInput):
    """The browser's own picker of a day."""

    def __init__(self, *, latest: dt.date | None = None) -> None:
        limit = {"max": latest.isoformat()} if latest else {}
        super().__init__(attrs={"type": "date"} | limit, format="%Y-%m-%d")


@contextmanager
def tell_refusals_in(form: forms.Form) -> Iterator[None]:
    """What is refused within is told in ``form``, at the field that it is about."""
    try:
        yield
    except Refused as refusal:
        text = force_str(refusal.detail)
        if refusal.code == "idempotency-conflict":
            text = _("This form was sent before with other content. Open it anew.")
        form.add_error(_field_of(form, refusal), text)


@contextmanager
def tell_refusals_unless_hidden(form: forms.Form) -> Iterator[None]:
    """As ``tell_refusals_in``, but what is not there for the reader, or not his to do, stays a 404 or 403."""
    with tell_refusals_in(form):
        try:
            yield
        except Refused as refusal:
            raise_if_hidden(refusal)
            raise


def _field_of(form: forms.Form, refusal: Refused) -> str | None:
    """The field that a refusal is about: of a member's part its own, else the member's."""
    named = (refusal.field or "").replace("/", ".")
    other = form.also_called.get(named) if isinstance(form, KeyedForm) else None
    for name in (named, named.partition(".")[0], other):
        if name in form.fields:
            return name
    return None
