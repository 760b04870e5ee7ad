"""Takes a request in: from a program that has a token for this door."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from backend.accounts.models import User
from backend.accounts.token_authentication import ProgramTokenAuthentication
from backend.accounts.token_scopes import require_scope
from backend.evidence.models import File
from backend.hotline.letters import Letter
from backend.hotline.models import Channel, HotlineMatter, Nature
from backend.hotline.product_categories import product_category_choices
from backend.hotline.sealed_identity import Identity
from backend.hotline.unit_lookup import find_unit_by_text
from backend.lib import clock
from backend.lib.identifiers import phones
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.lib.problems import Refused
from backend.open311.services import ATTRIBUTES, OFFERED

_PATH = "/open311/"
_LONGEST_ATTRIBUTES = {
    "product_category": 24,
    "product_name": 80,
    "against_name": 120,
    "against_address": 200,
    "unit_code": 64,
    "demand": 1000,
}


def authenticate_program_owner(api_key: str) -> User:
    """Whose program sends it; raises Refused 403 where the key is not for this door."""
    try:
        found = ProgramTokenAuthentication().authenticate_credentials(api_key.encode())
        if found is not None:
            require_scope(found[1], "POST", _PATH)
            return found[0]
    except (AuthenticationFailed, PermissionDenied) as error:
        raise Refused("key-refused", error.detail, status=403, field="api_key") from None
    detail = _(
        "Make a token for programs that names open311 and may write, and send it as api_key."
    )
    raise Refused("key-missing", detail, status=403, field="api_key")


def read_letter(told: Mapping[str, str], owner: User, photos: Sequence[File]) -> Letter:
    """The letter of a posted form; raises Refused for what is missing or wrong.

    The same form of the same program on the same day is the same letter, for clients try again.
    """
    code = told.get("service_code", "")
    if code not in OFFERED:
        raise Refused("service-unknown", _("There is no such service."), field="service_code")
    attributes = _read_attributes(told)
    unit_code = attributes.pop("unit_code", "")
    demand = attributes.pop("demand", "")
    return Letter(
        key=_key_of_the_day(told, owner),
        natures=(Nature(code),),
        channel=Channel.OPEN311,
        account=_read_text(told, "description", 4000),
        demand=demand,
        facts=attributes | {"address": _read_text(told, "address_string", 200)},
        reporter=_read_reporter(told),
        position=_read_position(told),
        unit=find_unit_by_text(unit_code) if unit_code else None,
        photos=photos,
        sent_by=owner,
    )


def token_of(child: HotlineMatter) -> str:
    """The token by which the number of a request can be asked for."""
    return str(child.sent_as)


def find_by_token(text: str) -> HotlineMatter | None:
    """The matter of a token; None where there is none."""
    try:
        key = uuid.UUID(text)
    except ValueError:
        return None
    rows = HotlineMatter.objects.select_related("matter")
    return rows.filter(sent_as=key, matter__channel=Channel.OPEN311).first()


def _read_text(told: Mapping[str, str], name: str, most: int) -> str:
    """The text of a field; raises Refused 422 ``too-long``, for nothing is cut off."""
    text = told.get(name, "").strip()
    if len(text) > most:
        raise Refused("too-long", _("%(most)s characters at most.") % {"most": most}, field=name)
    return text


def _read_attributes(told: Mapping[str, str]) -> dict[str, str]:
    known = {
        name: _read_text(told, f"attribute[{name}]", _LONGEST_ATTRIBUTES[name])
        for name, _type, _question in ATTRIBUTES
    }
    category = known["product_category"]
    if category and category not in dict(product_category_choices()):
        raise Refused(
            "value-unknown", _("There is no such category."), field="attribute[product_category]"
        )
    return known


def _read_reporter(told: Mapping[str, str]) -> Identity:
    # In China the family name stands first; the standard has a field for each.
    names = (_read_text(told, name, 20) for name in ("last_name", "first_name"))
    phone = _read_text(told, "phone", 30)
    if phone:
        try:
            phone = phones.parse(phone).text
        except InvalidIdentifier as error:
            raise Refused("invalid-phone", error.remedy, field="phone") from None
    return Identity(
        name="".join(names), phone=phone, address=_read_text(told, "attribute[home]", 200)
    )


def _read_position(told: Mapping[str, str]) -> Point | None:
    texts = told.get("long", ""), told.get("lat", "")
    if not any(texts):
        return None
    try:
        lng, lat = (float(text) for text in texts)
        inside = abs(lng) <= 180 and abs(lat) <= 90
    except ValueError:
        inside = False
    if not inside:
        detail = _("Send lat and long in degrees of WGS-84, both of them.")
        raise Refused("position-invalid", detail, field="lat")
    return Point(lng, lat, srid=4326)


def _key_of_the_day(told: Mapping[str, str], owner: User) -> uuid.UUID:
    parts = sorted((name, text) for name, text in told.items() if name != "api_key")
    digest = hashlib.sha256(repr((owner.pk, clock.today(), parts)).encode()).digest()
    return uuid.UUID(bytes=digest[:16], version=4)
