"""The form by which a unit is entered in the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.accounts.rights import jurisdiction_filter
from backend.lib.identifiers import device_code
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.units.given_positions import convert_positions
from backend.units.models import Category, Unit
from backend.units.parameters import Parameter, schema_of
from backend.web.answers import is_english
from backend.web.forms.chosen import EntityField
from backend.web.forms.keyed_form import DayInput, KeyedForm
from geo.datum import Datum
from geo.models import Region

_PARAMETER = "parameters."
_POINTS = 10_000


def _text_field(name: str, label: Any, help_text: Any = "") -> forms.CharField:
    """The field of a text of a unit, as long as the register has it."""
    most = Unit._meta.get_field(name).max_length  # type: ignore[union-attr]  # a CharField
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text)


class UnitForm(KeyedForm):
    """All that is entered by hand of a unit of ``category``, with the parameters that such have."""

    also_called: ClassVar[Mapping[str, str]] = {"position": "lng"}

    region = forms.ModelChoiceField(queryset=Region.objects.none(), label=gettext_lazy("County"))
    address = _text_field("address", gettext_lazy("Place of use"))
    using_entity = EntityField(label=gettext_lazy("Using unit"))
    owner = EntityField(label=gettext_lazy("Owner"))
    maintainer = EntityField(label=gettext_lazy("Maintenance unit"))
    device_code = _text_field(
        "device_code",
        gettext_lazy("Device code"),
        gettext_lazy("17 to 19 characters, from the nameplate."),
    )
    registration_code = _text_field(
        "registration_code",
        gettext_lazy("Registration code"),
        gettext_lazy("Of the register before 2014, if there is one."),
    )
    factory_no = _text_field("factory_no", gettext_lazy("Factory no."))
    internal_no = _text_field("internal_no", gettext_lazy("Number within the enterprise"))
    rescue_no = _text_field("rescue_no", gettext_lazy("Rescue no."))
    product_name = _text_field("product_name", gettext_lazy("Product name"))
    model = _text_field("model", gettext_lazy("Model"))
    local_sub_variety = _text_field(
        "local_sub_variety", gettext_lazy("Local subdivision of the variety")
    )
    first_used_on = forms.DateField(
        label=gettext_lazy("First used on"), required=False, widget=DayInput()
    )
    lng = forms.FloatField(
        label=gettext_lazy("Longitude, degrees"), required=False, min_value=-180, max_value=180
    )
    lat = forms.FloatField(
        label=gettext_lazy("Latitude, degrees"), required=False, min_value=-90, max_value=90
    )
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates are"), choices=[(one.value, one.value) for one in Datum]
    )
    route = forms.CharField(
        label=gettext_lazy("Route of piping, one point a line: longitude, latitude"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    out_of_jurisdiction = forms.BooleanField(
        label=gettext_lazy("Outside the supervision of the authority (Law art. 100)"),
        required=False,
        label_suffix="",
    )

    def __init__(self, user: User, category: Category, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.category = category
        counties = Region.objects.filter(jurisdiction_filter(user, "code"), valid_to=None)
        counties = counties.filter(level=Region.Level.COUNTY).defer("boundary", "label_point")
        self._offer_counties(list(counties))
        if category.kind != "8":
            del self.fields["route"]
        self.entered = {name: one for name, one in schema_of(category.pk).items() if not one.found}
        self.fields |= {
            _PARAMETER + name: _parameter_field(one) for name, one in self.entered.items()
        }

    def _offer_counties(self, counties: list[Region]) -> None:
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Region.objects.filter(pk__in=[county.pk for county in counties])
        if len(counties) == 1:
            self.initial.setdefault("region", counties[0].pk)

    def clean_device_code(self) -> str | None:
        """The code in its canonical form; none where none was given."""
        text = self.cleaned_data["device_code"]
        if not text:
            return None
        try:
            return device_code.parse(text).text
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None

    def clean_registration_code(self) -> str | None:
        """None where none was given: the register tells that from an empty text."""
        return self.cleaned_data["registration_code"] or None

    def clean_route(self) -> list[list[float]]:
        """The points; raises ValidationError that names a line that is no point."""
        lines = [line for line in self.cleaned_data["route"].splitlines() if line.strip()]
        if len(lines) == 1 or len(lines) > _POINTS:
            raise forms.ValidationError(_("A route has from two to 10,000 points."))
        return [_read_point(line) for line in lines]

    def clean(self) -> None:
        """A position has both its numbers."""
        given = [self.cleaned_data.get(name) is not None for name in ("lng", "lat")]
        if any(given) and not all(given) and not {"lng", "lat"} & set(self.errors):
            missing = "lat" if given[0] else "lng"
            self.add_error(missing, _("A position needs longitude and latitude."))

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, in the order in which they are filled in."""
        headed = (
            (_("Place"), ("region", "address", "lng", "lat", "datum", "route")),
            (_("Who answers for it"), ("using_entity", "owner", "maintainer")),
            (
                _("Numbers of the unit"),
                ("device_code", "registration_code", "factory_no", "internal_no", "rescue_no"),
            ),
            (
                _("The unit"),
                ("product_name", "model", "local_sub_variety", "first_used_on",
                 "out_of_jurisdiction"),
            ),
            (_("Parameters"), tuple(_PARAMETER + name for name in self.entered)),
        )  # fmt: skip
        for heading, names in headed:
            if fields := [self[name] for name in names if name in self.fields]:
                yield heading, fields

    def facts(self) -> dict[str, Any]:
        """What a unit is entered with; positions are converted to WGS-84."""
        said = super().facts()
        points, datum = said.pop("route", None), said.pop("datum")
        lng, lat = said.pop("lng"), said.pop("lat")
        if lng is not None:
            said["position"] = {"lng": lng, "lat": lat, "datum": datum}
        if points:
            said["route"] = {"points": points, "datum": datum}
        values = {name: said.pop(_PARAMETER + name) for name in self.entered}
        stated = {
            name: _plain_value(value) for name, value in values.items() if value not in (None, "")
        }
        if stated:
            said["parameters"] = stated
        return convert_positions(said) | {"category": self.category}


def _read_point(line: str) -> list[float]:
    numbers = line.replace("，", ",").split(",")
    try:
        lng, lat = map(float, numbers)
    except ValueError:
        text = _("Write longitude, latitude: %(line)s") % {"line": line[:60]}
        raise forms.ValidationError(text) from None
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        text = _("Write longitude, latitude: %(line)s") % {"line": line[:60]}
        raise forms.ValidationError(text)
    return [lng, lat]


def _parameter_field(parameter: Parameter) -> forms.Field:
    """The field of one parameter; left empty it is not known."""
    name = parameter.en if is_english() else parameter.zh
    label = f"{name} ({parameter.unit})" if parameter.unit else name
    if parameter.type == "number":
        least, most = map(_bound, (parameter.least, parameter.most))
        return forms.FloatField(label=label, required=False, min_value=least, max_value=most)
    if parameter.type == "text":
        return forms.CharField(label=label, required=False, max_length=120)
    values: Mapping[str, Any] = {str(value): value for value in parameter.choices}
    named = [(text, text) for text in values]
    if parameter.type == "bool":
        values = {"1": True, "0": False}
        named = [("1", _("yes")), ("0", _("no"))]
    return forms.TypedChoiceField(
        label=label, required=False, choices=[("", "—"), *named], empty_value=None,
        coerce=values.__getitem__,
    )  # fmt: skip


def _bound(number: float) -> float | None:
    return None if abs(number) == float("inf") else number


def _plain_value(value: Any) -> Any:
    """A whole number without a fraction, as it was written."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
