"""What the number of a certificate says of its unit, and where it does not fit.

Nothing here is a reason to refuse: old certificates keep the numbering of their day (domain 2.3).
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from backend.lib.identifiers import certificate
from backend.units.law import read_law
from backend.units.models import Unit
from geo.models import Region


def list_misfits(number: str, category: str, county: Region) -> Iterator[tuple[str, str]]:
    """Code and text of each way in which ``number`` does not fit a unit of ``category`` in ``county``."""
    try:
        parsed = certificate.parse(number)
    except certificate.InvalidCertificateNumber as bad:
        yield "certificate-unreadable", str(bad)
        return
    kind = certificate.kind_character(category)
    if kind is not None and parsed.kind != kind:
        text = _("The certificate number begins with %(said)s; a unit of this kind has %(kind)s.")
        yield "certificate-kind", text % {"said": parsed.kind, "kind": kind}
    disagreement = parsed.kind_warning(category)
    if disagreement:
        yield "certificate-variety", disagreement
    yield from _list_other_places(parsed, county)


def _list_other_places(
    parsed: certificate.CertificateNumber, county: Region
) -> Iterator[tuple[str, str]]:
    """Code and text where the certificate is of another province or city than the unit stood in."""
    province = read_law("certificates")["provinces"]["characters"].get(county.pk[:2])
    if province is not None and parsed.province != province:
        text = _("The certificate number is one of %(said)s; the unit stands in %(province)s.")
        yield "certificate-province", text % {"said": parsed.province, "province": province}
        return
    letters = county.plate_letters
    for former in read_law("certificates")["former_letter"]:
        if county.pk in former["counties"] and parsed.year <= former["until_year"]:
            letters += former["letter"]
    if county.plate_letters and parsed.city not in letters:
        text = _("The certificate number has the city letter %(said)s; the county's is %(city)s.")
        yield "certificate-city", text % {"said": parsed.city, "city": letters[0]}


def is_borne_by_another_unit(number: str, unit: str) -> Exists:
    """Whether another unit bears the number in the column ``number`` of a row about ``unit``.

    Only a unit registered one by one counts: others lawfully share one certificate.
    """
    prefixes: list[str] = read_law("certificates")["shared"]["category_prefixes"]
    shared = functools.reduce(
        operator.or_, (Q(category__code__startswith=each) for each in prefixes)
    )
    others = Unit.objects.filter(certificate_no=OuterRef(number)).exclude(pk=OuterRef(unit))
    return Exists(others.exclude(shared))
