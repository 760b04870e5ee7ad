"""Who may sign in and do what: people, roles and rights, phones, programs, sessions; limits of who asks too often."""

from __future__ import annotations
