"""Parsers of JSON and forms that may be hostile, and a check of JSON that is to be stored."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser
from rest_framework.serializers import ValidationError

from backend.lib.bodies import read_form


class BoundedJSONParser(JSONParser):
    """JSON no larger than a form; nested deeper than Python can follow it is malformed."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The document; raises ParseError (400), Refused (413)."""
        context: Mapping[str, Any] | None = parser_context
        content = io.BytesIO(read_form(stream))
        try:
            return super().parse(content, media_type, context)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None


class BoundedMultiPartParser(MultiPartParser):
    """A form with files; one with too many or too large fields is malformed, not a page of 400."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> DataAndFiles[Any, Any]:
        """The fields and files; raises ParseError (400)."""
        try:
            return super().parse(stream, media_type, parser_context)
        except SuspiciousOperation:
            raise ParseError(_("The form has too many fields, or too large ones.")) from None


def check_storable_json(value: Any) -> None:
    """Refuse JSON that PostgreSQL cannot keep: NUL, lone surrogates, infinities. Raises
    ValidationError."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        raise ValidationError(gettext_lazy("This JSON cannot be stored.")) from None
    if "\\u0000" in text:
        raise ValidationError(gettext_lazy("NUL characters cannot be stored."))
