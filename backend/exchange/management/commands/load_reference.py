"""``manage.py load_reference``: regions, catalogue, rules, authorities, offices and what follows."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backend.directory.authorities import load_authorities
from backend.inspections.checklist_files import load_checklists
from backend.offices.office_files import load_offices
from backend.papers.template_files import load_templates
from backend.retention.rule_files import load_retention_rules
from backend.units.reference_data import load_catalogue, load_rules
from geo.region_files import load_regions
from geo.shapes import build_shapes


class Command(BaseCommand):
    """Loads every reference table from its versioned file. Safe to run again."""

    help = "Load regions, catalogue, rules, authorities, offices, checklists, retention, papers"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the tables in the order in which they refer to one another."""
        for load in (
            load_regions,
            build_shapes,
            load_catalogue,
            load_rules,
            load_authorities,
            load_offices,
            load_checklists,
            load_retention_rules,
            load_templates,
        ):
            load()
            self.stdout.write(f"{load.__name__} ok")
