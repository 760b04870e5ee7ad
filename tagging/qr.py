"""The address on a tag and its QR symbol as a picture."""

from __future__ import annotations

from backend.lib import qr_symbol
from tagging.codes import DOOR


def address_prefix() -> str:
    """``HTTPS://HOST/T/`` in capitals; see ``qr_symbol``."""
    return qr_symbol.address_prefix(DOOR)


def tag_address(code: str) -> str:
    """The address that the symbol of ``code`` says."""
    return address_prefix() + code


def render_png(code: str, *, level: str = "H", box: int = 10) -> bytes:
    """The symbol of ``code`` as PNG, ``box`` pixels to the module, quiet zone included."""
    return qr_symbol.render_png(tag_address(code), level=level, box=box)


def render_svg(code: str, *, level: str = "H") -> bytes:
    """The symbol of ``code`` as SVG with one path, one millimetre to the module."""
    return qr_symbol.render_svg(tag_address(code), level=level)
