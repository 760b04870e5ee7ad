"""The forms in which a letter to the hotline is written: by the citizen, and by an operator who listens."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.evidence.models import File
from backend.hotline.letters import Letter
from backend.hotline.likeness import Told
from backend.hotline.models import Channel, Nature
from backend.hotline.product_categories import product_category_choices
from backend.hotline.sealed_identity import Identity
from backend.hotline.unit_lookup import find_unit_by_text
from backend.lib import clock
from backend.lib.identifiers import phones
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.offices.models import Office
from backend.units.models import Unit
from geo.models import Region

_FACTS = (
    "product_name", "product_category", "product_model", "brand", "batch", "quantity",
    "goods_value", "bought_on", "bought_at", "known_since",
    "against_name", "against_address", "against_phone", "against_uscc", "address",
)  # fmt: skip
_LONGEST_ACCOUNT = 4000


class PhoneNumberField(forms.CharField):
    """A telephone number in its stored form; empty where none was given."""

    def clean(self, value: Any) -> str:
        """The number; raises ValidationError where it is none of mainland China."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return phones.parse(text).text
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error.remedy)) from None


class LetterForm(forms.Form):
    """What a citizen writes himself. It asks for little; a report may be anonymous."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    natures = forms.MultipleChoiceField(
        label=_lazy("What do you want?"),
        choices=Nature.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("Two things become two matters, each with its own answer."),
    )
    account = forms.CharField(
        label=_lazy("What happened?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=_LONGEST_ACCOUNT,
    )
    demand = forms.CharField(label=_lazy("What do you ask for?"), max_length=1000, required=False)
    product_name = forms.CharField(
        label=_lazy("Product or equipment"), max_length=80, required=False
    )
    product_category = forms.ChoiceField(label=_lazy("Product category"), required=False)
    product_model = forms.CharField(label=_lazy("Model"), max_length=80, required=False)
    brand = forms.CharField(label=_lazy("Brand"), max_length=80, required=False)
    batch = forms.CharField(label=_lazy("Day of making, or batch"), max_length=80, required=False)
    quantity = forms.CharField(label=_lazy("Quantity"), max_length=40, required=False)
    goods_value = forms.DecimalField(
        label=_lazy("Value of the goods, yuan"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    bought_on = forms.DateField(label=_lazy("Bought on"), required=False)
    bought_at = forms.CharField(label=_lazy("Bought at"), max_length=200, required=False)
    known_since = forms.DateField(label=_lazy("Since when do you know of it?"), required=False)
    against_name = forms.CharField(label=_lazy("Against whom"), max_length=120, required=False)
    against_address = forms.CharField(label=_lazy("Their address"), max_length=200, required=False)
    against_phone = forms.CharField(label=_lazy("Their phone"), max_length=30, required=False)
    against_uscc = forms.CharField(
        label=_lazy("Their unified social credit code"), max_length=18, required=False
    )
    unit_code = forms.CharField(label=_lazy("Code on the equipment"), max_length=64, required=False)
    region = forms.ModelChoiceField(
        label=_lazy("County"), queryset=Region.objects.none(), required=False
    )
    address = forms.CharField(label=_lazy("Where is it?"), max_length=200, required=False)
    lng = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_lazy("Your name"), max_length=40, required=False)
    sex = forms.ChoiceField(
        label=_lazy("Sex"),
        choices=[("", "—"), ("F", _lazy("female")), ("M", _lazy("male"))],
        required=False,
    )
    phone = PhoneNumberField(label=_lazy("Your phone"), max_length=30, required=False)
    home = forms.CharField(label=_lazy("Your address"), max_length=200, required=False)
    confidential = forms.BooleanField(
        label=_lazy("Nobody may learn who I am"), initial=True, required=False
    )

    groups: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_lazy("The matter"), ("natures", "account", "demand")),
        (_lazy("The place"), ("unit_code", "region", "address")),
        (
            _lazy("The product"),
            ("product_name", "product_category", "product_model", "brand", "batch", "quantity",
             "goods_value", "bought_on", "bought_at", "known_since"),
        ),
        (_lazy("Against whom"), ("against_name", "against_address", "against_phone", "against_uscc")),
        (_lazy("Who you are"), ("name", "sex", "phone", "home", "confidential")),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("key", uuid.uuid4())
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["product_category"].choices = [("", "—"), *product_category_choices()]
        counties = Region.objects.filter(level=Region.Level.COUNTY, valid_to__isnull=True)
        fields["region"].queryset = counties.order_by("code").defer("boundary", "label_point")
        for name in ("bought_on", "known_since"):
            fields[name].widget = forms.DateInput(attrs={"type": "date", "max": clock.today()})

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by their groups, in the order in which they are asked."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def clean_unit_code(self) -> Unit | None:
        """The unit of the code; raises ValidationError where no unit has it."""
        text = self.cleaned_data["unit_code"].strip()
        if not text:
            return None
        unit = find_unit_by_text(text)
        if unit is None:
            raise forms.ValidationError(
                _("No unit has this code. Leave it empty if you are not sure.")
            )
        return unit

    def letter(self, channel: Channel, photos: Sequence[File] = ()) -> Letter:
        """The letter of a form that is valid."""
        told = self.cleaned_data
        return Letter(
            key=told["key"],
            natures=tuple(Nature(nature) for nature in told["natures"]),
            channel=channel,
            account=told["account"],
            demand=told["demand"],
            facts=self._facts_told(),
            reporter=self._reporter_told(),
            confidential=told["confidential"],
            position=self._position_told(),
            region=told["region"].pk if told["region"] else "",
            unit=told["unit_code"],
            photos=photos,
        )

    def _facts_told(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in _FACTS}

    def _reporter_told(self) -> Identity:
        told = self.cleaned_data
        return Identity(
            name=told["name"], sex=told["sex"], phone=told["phone"], address=told["home"]
        )

    def _position_told(self) -> Point | None:
        lng, lat = self.cleaned_data["lng"], self.cleaned_data["lat"]
        if lng is None or lat is None:
            return (
                self.cleaned_data["unit_code"].position if self.cleaned_data["unit_code"] else None
            )
        return Point(lng, lat, srid=4326)


_OF_THE_CALLER = {
    "phone": _lazy("Phone"),
    "name": _lazy("Name"),
    "home": _lazy("Address"),
    "confidential": _lazy("The caller asks for secrecy"),
}
"""What the same fields are called where an operator asks."""


class OperatorForm(LetterForm):
    """What an operator writes down while he listens."""

    channel = forms.ChoiceField(
        label=_lazy("Channel"),
        choices=[
            (one.value, one.label)
            for one in (Channel.PHONE, Channel.VISIT, Channel.LETTER, Channel.FAX)
        ],
    )
    important = forms.BooleanField(label=_lazy("Important or urgent"), required=False)
    against_office = forms.ModelChoiceField(
        label=_lazy("Office complained of"), queryset=Office.objects.none(), required=False
    )
    resident_id = forms.CharField(label=_lazy("Identity number"), max_length=18, required=False)
    postcode = forms.CharField(label=_lazy("Postcode"), max_length=6, required=False)
    agent = forms.CharField(label=_lazy("Who speaks for the caller"), max_length=40, required=False)

    groups = (
        (_lazy("The caller"), ("channel", "phone", "name", "sex", "home", "postcode", "resident_id", "agent", "confidential")),
        (_lazy("The matter"), ("natures", "account", "demand", "important", "against_office")),
        *LetterForm.groups[1:4],
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in _OF_THE_CALLER.items():
            self.fields[name].label = label
        offices: Any = self.fields["against_office"]
        offices.queryset = Office.objects.in_force(clock.today()).order_by("code")

    def _facts_told(self) -> dict[str, Any]:
        told = self.cleaned_data
        return super()._facts_told() | {
            name: told[name] for name in ("important", "against_office")
        }

    def _reporter_told(self) -> Identity:
        told = self.cleaned_data
        return Identity(
            name=told["name"],
            sex=told["sex"],
            phone=told["phone"],
            address=told["home"],
            postcode=told["postcode"],
            resident_id=told["resident_id"].upper(),
            agent=told["agent"],
        )


class HintForm(forms.Form):
    """What is known so far while an operator writes; nothing of it is required or kept."""

    phone = PhoneNumberField(required=False)
    product_name = forms.CharField(required=False, max_length=80)
    against_name = forms.CharField(required=False, max_length=120)
    unit_code = forms.CharField(required=False, max_length=64)
    lng = forms.FloatField(min_value=-180, max_value=180, required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False)

    def told(self) -> Told:
        """What of it could be read."""
        told = self.cleaned_data
        lng, lat, code = told.get("lng"), told.get("lat"), told.get("unit_code")
        return Told(
            product=told.get("product_name", ""),
            against=told.get("against_name", ""),
            position=None if lng is None or lat is None else Point(lng, lat, srid=4326),
            unit=find_unit_by_text(code) if code else None,
        )
