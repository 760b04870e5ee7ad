"""The numbers of applications, of use registrations and of licences: each counted without a gap."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.approvals.kinds import ApplicationKind
from backend.approvals.models import Counter
from backend.lib.gapless_numbers import take_next_number
from backend.lib.identifiers.certificate import CertificateNumber, kind_character
from backend.lib.problems import Refused
from backend.units.law import read_law
from backend.units.models import Unit
from geo.models import Region

_LAST_SERIAL = 99_999


def take_application_number(kind: ApplicationKind, region: str, day: dt.date) -> str:
    """The next number of the kind in the county on ``day``: ``SY370102202611280007``."""
    head = f"{kind.prefix}{region}{day:%Y%m%d}"
    return f"{head}{take_next_number(Counter, key=head):04d}"


def take_licence_number(kind: ApplicationKind, province: str, day: dt.date) -> str:
    """The next number of a licence of the province: ``TSSC37-00012-2026``."""
    head = f"TS{kind.prefix}{province[:2]}"
    return f"{head}-{take_next_number(Counter, key=f'{head}-{day.year}'):05d}-{day.year}"


def take_certificate_number(unit: Unit, day: dt.date) -> str:
    """The next number of a use registration (domain 2.3) that no unit bears: ``梯11鲁A00012(26)``.

    Raises Refused 409 as ``form_certificate_number``, and ``numbers-used-up`` beyond 99999.
    """
    key = form_certificate_number(unit, day, serial=0)
    while True:
        serial = take_next_number(Counter, key=key)
        if serial > _LAST_SERIAL:
            detail = _("All certificate numbers of this variety and year are given out.")
            raise Refused("numbers-used-up", detail, status=409)
        number = form_certificate_number(unit, day, serial=serial)
        if not Unit.objects.filter(certificate_no=number).exists():
            return number


def form_certificate_number(unit: Unit, day: dt.date, *, serial: int) -> str:
    """The number of a use registration with this serial.

    Raises Refused 409: ``no-certificate-kind`` for what bears no certificate,
    ``plate-letter-missing`` where the register does not know the city's letter.
    """
    variety = unit.category_id
    kind, region = kind_character(variety), unit.region
    province = read_law("certificates")["provinces"]["characters"].get(region.pk[:2], "")
    if kind is None:
        detail = _("Units of this kind bear no certificate of use registration.")
        raise Refused("no-certificate-kind", detail, status=409)
    number = CertificateNumber(
        kind=kind,
        digits=variety[1:3],
        province=province,
        city=_get_city_letter(region),
        serial=f"{serial:05d}",
        year=day.year,
        catalogue_kind=variety,
    )
    return number.format_number()


def _get_city_letter(region: Region) -> str:
    if not region.plate_letters:
        detail = _("The register does not know the plate letter of %(region)s. Have it entered.")
        raise Refused("plate-letter-missing", detail % {"region": region.name}, status=409)
    return region.plate_letters[0]
