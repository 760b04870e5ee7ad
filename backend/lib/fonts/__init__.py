"""The fonts of what is printed; README.md says whose they are and what each is for."""

from __future__ import annotations

from pathlib import Path

FONTS = Path(__file__).parent
