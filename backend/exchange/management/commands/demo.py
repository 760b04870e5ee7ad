"""Fills an empty register with a province that does not exist."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.accounts.models import User
from backend.exchange.demo.accounts import (
    ACCOUNTS_FILE,
    add_missing_accounts,
    join_entities,
    make_accounts,
    write_accounts_file,
)
from backend.exchange.demo.announced_news import publish_announcements
from backend.exchange.demo.desk_work import do_desk_work
from backend.exchange.demo.enterprise_applications import send_applications
from backend.exchange.demo.field_days import send_field_days
from backend.exchange.demo.inspector_tasks import plan_inspector_tasks
from backend.exchange.demo.letters import send_letters
from backend.exchange.demo.loader import load_province
from backend.exchange.demo.meetings_and_duty import keep_calendars
from backend.exchange.demo.official_documents import write_documents
from backend.exchange.demo.ordered_tasks import order_supervised_tasks
from backend.exchange.demo.papers_on_their_way import move_papers
from backend.units.models import Category, IntervalRule, Unit
from backend.units.reference_data import load_catalogue, load_rules
from geo.models import Region
from geo.public_places import load_places
from geo.region_files import load_regions

_PLACES = Path(__file__).resolve().parents[2] / "demo" / "public_places.csv"


class Command(BaseCommand):
    """``manage.py demo``: regions, companies, accounts, units with their histories, tags, and what people do with them."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add how many units, which seed, whether a filled register is an error, and where the
        accounts are written."""
        parser.add_argument("--units", type=int, default=5000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--accounts-file", type=Path, default=ACCOUNTS_FILE)
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="If units exist, add the accounts alone that lack",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the demonstration, and write down its accounts: those of ``make run`` unless told."""
        if Unit.objects.exists():
            if options["if_empty"]:
                add_missing_accounts(options["accounts_file"])
                return
            raise CommandError("The register has units already. Use an empty database.")
        _load_missing_reference()
        passwords = make_accounts()
        began = time.monotonic()
        plan = load_province(
            units=options["units"],
            seed=options["seed"],
            actor=User.objects.get(username="administrator"),
            processes=options["processes"],
            report_progress=lambda text: self.stderr.write(text, ending="\r"),
        )
        join_entities(plan)
        plan_inspector_tasks()
        do_desk_work()
        send_letters()
        send_field_days()
        people = {user.username: user for user in User.objects.all()}
        write_documents(people)
        move_papers(people)
        send_applications(people)
        publish_announcements(people)
        order_supervised_tasks(people)
        keep_calendars(people)
        load_places(_PLACES.read_text(encoding="utf-8").splitlines())
        write_accounts_file(passwords, options["accounts_file"])
        seconds = time.monotonic() - began
        self.stdout.write(f"{options['units']} units in {seconds:.1f} s")


def _load_missing_reference() -> None:
    """Load the reference tables that units need, where they are missing."""
    if not Region.objects.filter(boundary__isnull=False).exists():
        load_regions()
    if not Category.objects.exists():
        load_catalogue()
    if not IntervalRule.objects.exists():
        load_rules()
