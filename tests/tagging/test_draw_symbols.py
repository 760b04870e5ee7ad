"""Symbols: equal to the library's, and readable as pictures."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from django.core.exceptions import ImproperlyConfigured
from PIL import Image

from backend.lib.qr_symbol import draw_by_library
from tagging import qr
from tagging.codes import make_code
from tagging.symbol import make_encoder, pack_modules

PREFIXES = ["HTTPS://JZ.SHANDONG.GOV.CN/T/", "HTTP://LOCALHOST:8000/T/", "HTTPS://T.CN/T/"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("level", "mask"), [("H", 2), ("Q", 2), ("H", 0), ("H", 7)])
def test_modules_equal_those_of_qrcode(prefix, level, mask):
    fast = make_encoder(prefix, level, mask)
    for _ in range(40):
        code = make_code()
        assert fast.modules(code) == pack_modules(
            draw_by_library(prefix + code, level=level, mask=mask)
        )


@pytest.mark.parametrize("level", ["H", "Q"])
def test_png_says_the_address_in_capitals(settings, level):
    settings.PUBLIC_BASE_URL = "https://jz.shandong.gov.cn"
    code = make_code()
    picture = Image.open(io.BytesIO(qr.render_png(code, level=level)))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == f"HTTPS://JZ.SHANDONG.GOV.CN/T/{code}"
    assert found.ec_level == level


def test_svg_is_one_path(settings):
    settings.PUBLIC_BASE_URL = "https://jz.shandong.gov.cn"
    drawn = qr.render_svg(make_code())
    assert drawn.count(b"<path") == 1
    assert b"<script" not in drawn


def test_address_outside_the_alphanumeric_set_stops(settings):
    settings.PUBLIC_BASE_URL = "https://金质.example.cn"
    with pytest.raises(ImproperlyConfigured):
        qr.address_prefix()
