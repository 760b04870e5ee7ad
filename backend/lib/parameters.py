"""The parameters of a question that stand in its address."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def list_unknown_names(given: Iterable[str], known: Collection[str]) -> list[str]:
    """The names of ``given`` that are not ``known``, sorted."""
    return sorted(set(given) - set(known))


def refuse_unknown(request: Request, known: frozenset[str]) -> None:
    """400 for query parameters that are not ``known``."""
    unknown = list_unknown_names(request.query_params, known)
    if unknown:
        text = _("Unknown filter. Known: %(names)s.") % {"names": ", ".join(sorted(known))}
        raise ValidationError({name[:60]: [text] for name in unknown[:10]})
