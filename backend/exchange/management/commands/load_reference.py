"""``manage.py load_reference``: every reference table, from its versioned file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backend.deadlines.models import DeadlineRule
from backend.deadlines.rule_files import load_deadline_rules
from backend.directory.authorities import load_authorities
from backend.documents.reference_files import load_document_rules
from backend.flows.versions import load_flow_files
from backend.inspections.checklist_files import load_checklists
from backend.offices.office_files import load_offices
from backend.papers.template_files import load_templates
from backend.retention.rule_files import load_retention_rules
from backend.units.reference_data import load_catalogue, load_rules
from backend.workdays.actions import load_holidays
from geo.region_files import load_regions
from geo.shapes import build_shapes


class Command(BaseCommand):
    """Loads every reference table from its versioned file. Safe to run again."""

    help = "Load every reference table from its versioned file"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the tables in the order in which they refer to one another."""
        for load in (
            load_regions,
            build_shapes,
            load_catalogue,
            load_rules,
            load_holidays,
            load_deadline_rules,
            load_flows,
            load_authorities,
            load_offices,
            load_checklists,
            load_retention_rules,
            load_templates,
            load_document_rules,
        ):
            load()
            self.stdout.write(f"{load.__name__} ok")


def load_flows() -> None:
    """Load the flows, whose clocks run by the deadline rules that are loaded."""
    load_flow_files(clocks=set(DeadlineRule.objects.values_list("code", flat=True)))
