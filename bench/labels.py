"""Labels per second on one core: sheets of 24 as PDF, against ``qrcode`` alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from backend.lib.qr_symbol import draw_by_library
from tagging.codes import make_code
from tagging.grids import GRIDS
from tagging.sheets import Label, SheetDesign, render_sheets
from tagging.symbol import MASK

PREFIX = "HTTPS://JZ.SHANDONG.GOV.CN/T/"
LABELS = 1200
ROUNDS = 2
"""Rounds in turn, the best of each counts: the machine's other work must not decide the ratio."""


def _make_labels(count: int) -> list[Label]:
    return [
        Label(
            make_code(),
            "曳引驱动乘客电梯",
            (
                f"登记证号 梯11鲁A{n:05d}(26)",
                f"内部编号 {n}号梯",
                f"使用单位 济南市第{n}物业管理有限公司",
            ),
        )
        for n in range(count)
    ]


def _measure_rate(work: Callable[[], Any], count: int) -> float:
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)


def run() -> list[dict[str, Any]]:
    """Rows for the table of figures; ratios within this run."""
    labels = _make_labels(LABELS)
    design = SheetDesign(GRIDS["3x8"], PREFIX)
    render_sheets(labels[:240], design)  # font and tables are read once per worker, not per job

    def encode(count: int, mask: int | None) -> Callable[[], Any]:
        chosen = labels[:count]
        return lambda: [draw_by_library(PREFIX + x.code, level="H", mask=mask) for x in chosen]

    sheet = labels[:24]
    works: dict[str, tuple[Callable[[], Any], int]] = {
        "labels.sheets_of_24": (lambda: render_sheets(labels, design), LABELS),
        "labels.one_sheet": (lambda: [render_sheets(sheet, design) for _ in range(10)], 240),
        "labels.qrcode_fixed_mask": (encode(600, MASK), 600),
        "labels.qrcode_mask_search": (encode(24, None), 24),
    }
    best = dict.fromkeys(works, 0.0)
    for _ in range(ROUNDS):
        for name, (work, count) in works.items():
            best[name] = max(best[name], _measure_rate(work, count))
    base = best["labels.qrcode_fixed_mask"]
    return [
        {
            "name": name,
            "value": round(value, 1),
            "unit": "labels/s",
            "ratio_to": "labels.qrcode_fixed_mask",
            "ratio": round(value / base, 3),
            "size": works[name][1],
        }
        for name, value in best.items()
    ]
