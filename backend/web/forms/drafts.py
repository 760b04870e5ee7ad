"""The form that drafts a paper of a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.hotline.models import HotlineMatter
from backend.hotline.paper_words import templates_for
from backend.papers.models import Template
from backend.web.forms.matters import VersionedForm


class DraftForm(VersionedForm):
    """Which paper. Its words are taken from the matter, and changed on the page of the paper."""

    template = forms.ChoiceField(label=pgettext_lazy("paper", "Paper"))

    def __init__(self, user: User, child: HotlineMatter, data: Any = None) -> None:
        super().__init__(user, data, initial={"version": child.matter.version})
        titles = dict(Template.objects.order_by("version").values_list("code", "title"))
        field: Any = self.fields["template"]
        field.choices = [(code, titles[code]) for code in templates_for(child) if code in titles]
