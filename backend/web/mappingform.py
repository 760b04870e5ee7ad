"""The form that makes a mapping for the tables of another program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.exchange.mapping import Mapping, get_mapping
from backend.web.answers import is_english
from geo.datum import Datum

_COLUMN = "column-"
_TITLES = 120


class MappingForm(forms.Form):
    """Of each of our fields the title that the table has, and what its words for kinds mean."""

    name = forms.SlugField(label=_lazy("Short name, in Latin letters"), max_length=60)
    title = forms.CharField(label=_lazy("Title"), max_length=_TITLES)
    file = forms.FileField(
        label=_lazy("A table to try it on, .csv or .xlsx"), required=False, max_length=255
    )
    datum = forms.ChoiceField(
        label=_lazy("Coordinates are"), choices=[(datum.value, datum.value) for datum in Datum]
    )
    region = forms.CharField(
        label=_lazy("County of every row, where the table has no column of it"),
        max_length=6,
        required=False,
    )
    foreign = forms.BooleanField(label=_lazy("Positions are kept and not placed"), required=False)
    categories = forms.CharField(
        label=_lazy("Words for kinds, one a line: word = code"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, title in _our_columns().items():
            label = name.replace("_", " ") if is_english() else title
            field = forms.CharField(label=label, max_length=_TITLES, required=False)
            self.fields[_COLUMN + name] = field

    def clean_categories(self) -> dict[str, str]:
        """By word the code. Raises ValidationError that names a line that is no such pair."""
        pairs: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["categories"].splitlines())):
            word, equals, code = (part.strip() for part in line.rpartition("="))
            if not (word and equals and code):
                raise forms.ValidationError(_("Write word = code: %(line)s") % {"line": line})
            pairs[word] = code
        return pairs

    def clean_file(self) -> UploadedFile | None:
        """The table, no larger than an import may be."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(_("The file is too large. Split it."))
        return file

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields for our columns."""
        return [self[name] for name in self.fields if name.startswith(_COLUMN)]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in self.fields if not name.startswith(_COLUMN)]

    def mapping(self) -> Mapping:
        """What the form says; it is valid."""
        said = self.cleaned_data
        named = {name: said[_COLUMN + name] for name in _our_columns() if said[_COLUMN + name]}
        plain = {name: said[name] for name in ("title", "datum", "region", "foreign", "categories")}
        return Mapping(columns=named, **plain)


def _our_columns() -> dict[str, str]:
    """Of each field of a table its own title; the word for a kind stands in foreign ones alone."""
    return get_mapping("native").columns | {"category_word": str(_("Word for the kind"))}
