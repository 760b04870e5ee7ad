"""Who may sign in and do what: people, roles and rights, passwords, phones, programs, sessions."""

from __future__ import annotations
