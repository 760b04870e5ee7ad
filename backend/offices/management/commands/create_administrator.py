"""``manage.py create_administrator NAME``: the first account of a fresh installation."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.lib import clock
from backend.offices.administrators import create_administrator
from backend.offices.models import Office


class Command(BaseCommand):
    """Opens an administrator's account. The password is asked for, or is the first line of stdin."""

    help = "Open an administrator's account; the password is asked for, or read from stdin"

    def add_arguments(self, parser: CommandParser) -> None:
        """The name to sign in with; the jurisdiction and the shown name may be said."""
        parser.add_argument("username")
        parser.add_argument("--region", default="370000", help="GB/T 2260 code, else the province")
        parser.add_argument("--name", default="", help="The name that is shown")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it, or say in one line why not."""
        offices = Office.objects.of_authorities().in_force(clock.today())
        office = offices.filter(region=options["region"]).first()
        if office is None:
            text = f"No authority acts for a region {options['region']}. Run load_reference first."
            raise CommandError(text)
        try:
            create_administrator(
                username=options["username"],
                password=_read_password(),
                office=office,
                name=options["name"],
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write(f"{options['username']} may sign in and open accounts.")


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise CommandError("The two passwords differ.")
    return password
