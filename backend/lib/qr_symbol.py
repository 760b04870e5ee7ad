"""Short addresses of ours and their QR symbols, drawn by ``qrcode``."""

from __future__ import annotations

import io
from typing import Any, Literal

import qrcode
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage
from qrcode.util import RE_ALPHA_NUM, QRData

CORRECTION_LEVELS = {"H": ERROR_CORRECT_H, "Q": ERROR_CORRECT_Q}
QUIET_MODULES = 4
"""Modules of white that ISO/IEC 18004 asks for around a symbol."""

_MODE: Literal[2] = 2  # qrcode.util.MODE_ALPHA_NUM, whose type is a plain int


def address_prefix(door: str) -> str:
    """``HTTPS://HOST/T/`` in capitals, so that the symbol needs 5.5 bits per character, not 8."""
    prefix = f"{settings.PUBLIC_BASE_URL}/{door}/".upper()
    if RE_ALPHA_NUM.match(prefix.encode()) is None:
        raise ImproperlyConfigured("PUBLIC_BASE_URL has characters that QR alphanumeric lacks")
    return prefix


def draw_by_library(payload: str, *, level: str, mask: int | None) -> qrcode.QRCode[Any]:
    """The symbol of ``payload`` drawn by ``qrcode`` in alphanumeric mode, best fit in size."""
    symbol: qrcode.QRCode[Any] = qrcode.QRCode(
        error_correction=CORRECTION_LEVELS[level], mask_pattern=mask, border=QUIET_MODULES
    )
    symbol.add_data(QRData(payload, mode=_MODE))
    symbol.make(fit=True)
    return symbol


def render_png(payload: str, *, level: str = "H", box: int = 10) -> bytes:
    """The symbol of ``payload`` as PNG, ``box`` pixels to the module, quiet zone included."""
    symbol = draw_by_library(payload, level=level, mask=None)
    symbol.box_size = box
    return _image_bytes(symbol.make_image(image_factory=PilImage))


def render_svg(payload: str, *, level: str = "H") -> bytes:
    """The symbol of ``payload`` as SVG with one path, one millimetre to the module."""
    symbol = draw_by_library(payload, level=level, mask=None)
    return _image_bytes(symbol.make_image(image_factory=SvgPathImage))


def _image_bytes(image: PilImage | SvgPathImage) -> bytes:
    stream = io.BytesIO()
    image.save(stream)
    return stream.getvalue()
