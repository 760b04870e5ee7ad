"""The form by which a table is imported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.exchange.mapping import get_mapping, shipped_mapping_names
from backend.exchange.models import KeptMapping
from backend.web.forms.keyed_form import KeyedForm


class ImportForm(KeyedForm):
    """The table, and the mapping that says which of its columns means what."""

    file = forms.FileField(
        label=gettext_lazy("Table, .csv or .xlsx"),
        max_length=255,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    mapping = forms.ChoiceField(label=gettext_lazy("Mapping"), initial="native")

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        kept = KeptMapping.objects.visible_to(user).order_by("name").values_list("name", "document")
        named = {name: document["title"] for name, document in kept}
        shipped = {name: get_mapping(name).title for name in shipped_mapping_names()}
        field = self.fields["mapping"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list((named | shipped).items())

    def clean_file(self) -> UploadedFile:
        """The table, no larger than an import may be."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(_("The file is too large. Split it."))
        return file
