"""What phones sent: the outbox of the field client, each item settled once with a receipt."""

from __future__ import annotations
