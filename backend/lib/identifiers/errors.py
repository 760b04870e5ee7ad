"""What is raised when a number is not what it claims to be."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class InvalidIdentifier(ValueError):
    """A number that breaks its grammar or its check digit.

    ``reason`` says what is wrong, ``remedy`` what to do; both are translatable. ``code`` is stable
    and meant for programs.
    """

    code = "invalid-identifier"
    default_remedy = gettext_noop("Compare it with the paper or the nameplate and enter it again.")

    def __init__(self, reason: object, remedy: object | None = None) -> None:
        self.reason = reason
        self.remedy = remedy if remedy is not None else _(self.default_remedy)
        super().__init__(reason, self.remedy)

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


def compact(text: str) -> str:
    """``text`` in half-width capitals without blanks, as all numbers here are compared."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())
