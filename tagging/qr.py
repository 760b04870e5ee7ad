"""The address on a tag and its QR symbol as a picture, drawn by ``qrcode`` and Pillow."""

from __future__ import annotations

import io

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage
from qrcode.util import RE_ALPHA_NUM

from tagging.symbol import draw_by_library


def address_prefix() -> str:
    """``HTTPS://HOST/T/`` in capitals, so that the symbol needs 5.5 bits per character, not 8."""
    prefix = f"{settings.PUBLIC_BASE_URL}/T/".upper()
    if RE_ALPHA_NUM.match(prefix.encode()) is None:
        raise ImproperlyConfigured("PUBLIC_BASE_URL has characters that QR alphanumeric lacks")
    return prefix


def tag_address(code: str) -> str:
    """The address that the symbol of ``code`` says."""
    return address_prefix() + code


def render_png(code: str, *, level: str = "H", box: int = 10) -> bytes:
    """The symbol of ``code`` as PNG, ``box`` pixels to the module, quiet zone included."""
    symbol = draw_by_library(tag_address(code), level=level, mask=None)
    symbol.box_size = box
    return _image_bytes(symbol.make_image(image_factory=PilImage))


def render_svg(code: str, *, level: str = "H") -> bytes:
    """The symbol of ``code`` as SVG with one path, one millimetre to the module."""
    symbol = draw_by_library(tag_address(code), level=level, mask=None)
    return _image_bytes(symbol.make_image(image_factory=SvgPathImage))


def _image_bytes(image: PilImage | SvgPathImage) -> bytes:
    stream = io.BytesIO()
    image.save(stream)
    return stream.getvalue()
