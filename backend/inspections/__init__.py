"""Inspections of units: checklists, planned checks, reports and how they are issued, cards."""

from __future__ import annotations
