"""Who may do what, and over which rows: the one table and the one predicate."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.accounts.models import Role, User
from backend.lib.problems import not_allowed
from geo.models import within_region


class Right(models.TextChoices):
    """A permission that an action asks for before it writes."""

    FILE_REPORT = "file_report", _lazy("file inspection reports")
    PLAN_WORK = "plan_work", _lazy("plan checks")
    FILE_RECORD = "file_record", _lazy("file lifecycle records")
    WITHDRAW_RECORD = "withdraw_record", _lazy("withdraw records")
    REGISTER_UNIT = "register_unit", _lazy("register units")
    IMPORT_UNITS = "import_units", _lazy("import units")
    MANAGE_TAGS = "manage_tags", _lazy("manage tags")
    MANAGE_DIRECTORY = "manage_directory", _lazy("keep the directory")
    SEE_PERSONAL_DATA = "see_personal_data", _lazy("see personal data")
    JUDGE_FIELDWORK = "judge_fieldwork", _lazy("judge field work")
    COMPARE_INSPECTORS = "compare_inspectors", _lazy("compare inspectors")
    READ_SIGN_INS = "read_sign_ins", _lazy("read sign-ins")
    READ_LOOKS = "read_looks", _lazy("read who looked at personal data")
    MANAGE_ACCOUNTS = "manage_accounts", _lazy("keep accounts")


RIGHTS: dict[str, frozenset[Right]] = {
    Role.INSPECTOR: frozenset({Right.FILE_REPORT}),
    Role.OFFICER: frozenset(
        {
            Right.FILE_REPORT,
            Right.PLAN_WORK,
            Right.FILE_RECORD,
            Right.WITHDRAW_RECORD,
            Right.MANAGE_TAGS,
            Right.SEE_PERSONAL_DATA,
            Right.JUDGE_FIELDWORK,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Right.FILE_RECORD,
            Right.WITHDRAW_RECORD,
            Right.REGISTER_UNIT,
            Right.IMPORT_UNITS,
            Right.MANAGE_TAGS,
            Right.MANAGE_DIRECTORY,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Right.PLAN_WORK,
            Right.WITHDRAW_RECORD,
            Right.SEE_PERSONAL_DATA,
            Right.JUDGE_FIELDWORK,
            Right.COMPARE_INSPECTORS,
            Right.READ_SIGN_INS,
            Right.READ_LOOKS,
        }
    ),
    Role.ENTERPRISE: frozenset(),
    # Who opens accounts neither inspects nor judges: nobody makes himself his own inspector.
    Role.ADMINISTRATOR: frozenset(
        {
            Right.IMPORT_UNITS,
            Right.MANAGE_DIRECTORY,
            Right.SEE_PERSONAL_DATA,
            Right.READ_SIGN_INS,
            Right.READ_LOOKS,
            Right.MANAGE_ACCOUNTS,
        }
    ),
    # The roles of desks: what each may do in a matter is said by the flow of the matter.
    Role.OPERATOR: frozenset(),
    Role.CLERK: frozenset(),
    Role.HANDLER: frozenset(),
    Role.LEADER: frozenset(),
}


def may(user: User | AnonymousUser, right: Right) -> bool:
    """Whether the role of ``user`` carries ``right``."""
    return isinstance(user, User) and user.is_active and right in RIGHTS.get(user.role, ())


def require_right(user: User, right: Right) -> None:
    """Refuse (403) unless ``user`` carries ``right``."""
    if not may(user, right):
        refuse_without(right)


def refuse_without(right: Right) -> NoReturn:
    """Raise Refused (403) with the text for a user who lacks ``right``."""
    raise not_allowed(_("Your role does not carry the right %(right)s.") % {"right": right.label})


def jurisdiction_filter(
    user: User, field: str, *, lies_within: Callable[[str, str], Q] = within_region
) -> Q:
    """The SQL predicate "the region code in ``field`` lies in the user's jurisdiction".

    ``field`` is the path to a column holding a GB/T 2260 code. No jurisdiction sees nothing.
    ``lies_within`` is how the table asks for a region, where its indexes want another form.
    """
    if user.region_id is None:
        return Q(pk__in=[])
    return lies_within(field, user.region_id)


def jurisdiction_filter_empty_as_province(
    user: User, field: str, *, lies_within: Callable[[str, str], Q] = within_region
) -> Q:
    """The predicate of ``jurisdiction_filter`` for a column that may be empty: rows without a place belong to the province."""
    mine = jurisdiction_filter(user, field, lies_within=lies_within)
    if user.region_id is not None and user.region_id.endswith("0000"):
        mine |= Q(**{f"{field}__isnull": True})
    return mine
