"""What knows nothing of the field: clock, identifiers, problems, paging, locks, counters."""

from __future__ import annotations
