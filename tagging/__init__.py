"""QR tags: codes, minting, binding, printing, and scans of them."""

from __future__ import annotations
