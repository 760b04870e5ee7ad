"""``manage.py make_cards``: the kept cards of the whole register, after an upgrade or a bulk load."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from backend.inspections.cards.kept_cards import add_missing_rows, empty_cards, make_emptied_cards

_AT_ONCE = 5000


class Command(BaseCommand):
    """Goes in small transactions beside the running service; may be ended and begun again."""

    help = "Make the cards of units that have none kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether those that are kept are made anew as well."""
        parser.add_argument(
            "--again", action="store_true", help="make all anew: the form of cards has changed"
        )
        parser.add_argument("--after", type=int, default=0, help="number of the last unit done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Unit by unit in the order of their numbers."""
        made, last = 0, options["after"]
        while (upto := add_missing_rows(last, _AT_ONCE)) is not None:
            if options["again"]:
                empty_cards(last, upto)
            made, last = made + make_emptied_cards(), upto
            self.stdout.write(f"{made} cards made; the last unit is {last}")
