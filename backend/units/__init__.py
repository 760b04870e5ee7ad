"""Units and their life: the catalogue, records, state, holds, and by when each is to be inspected (``inspection_due``)."""

from __future__ import annotations
