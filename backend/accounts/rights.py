"""Who may do what, and over which rows: the one table and the one predicate.

Both are the union over the posts that somebody holds today. A right reaches no further than the
region of the post that gives it: what is written in a region is asked for with the region.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.accounts.models import Role, User
from backend.accounts.posts_in_force import posts_in_force
from backend.lib.problems import not_allowed
from geo.models import code_prefix, within_region


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
    LOAD_HOLIDAYS = "load_holidays", _lazy("load the holidays of a year")
    RECEIVE_HOTLINE = "receive_hotline", _lazy("take hotline calls")
    SEE_REPORTER = "see_reporter", _lazy("see who reported")
    WRITE_PAPERS = "write_papers", _lazy("write and serve papers")
    ISSUE_PAPERS = "issue_papers", _lazy("register and issue papers")
    MANAGE_SERIES = "manage_series", _lazy("keep number series")
    DRAFT_DOCUMENTS = "draft_documents", _lazy("draft official documents")
    DELIVER_PAPERS = "deliver_papers", _lazy("send papers to offices and sign for them")
    END_CERTIFICATES = "end_certificates", _lazy("withdraw and revoke certificates")
    ORDER_TASKS = "order_tasks", _lazy("order supervised tasks")
    KEEP_CALENDARS = "keep_calendars", _lazy("call meetings and keep the duty roster")
    PUBLISH_ANNOUNCEMENTS = "publish_announcements", _lazy("publish announcements")


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
            Right.WRITE_PAPERS,
            Right.ISSUE_PAPERS,
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
            Right.WRITE_PAPERS,
            Right.ISSUE_PAPERS,
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
            Right.WRITE_PAPERS,
            Right.ISSUE_PAPERS,
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
            Right.LOAD_HOLIDAYS,
            Right.MANAGE_SERIES,
        }
    ),
    # The roles of desks: what each may do in a matter is said by the flow of the matter. Who reported
    # is no affair of a handling office's staff (domain rule 23): a handler sees it only in a complaint
    # that he has in hand, where mediation needs it (``hotline.reporters``), and everybody gives a reason.
    Role.OPERATOR: frozenset({Right.RECEIVE_HOTLINE, Right.SEE_REPORTER, Right.WRITE_PAPERS}),
    Role.CLERK: frozenset(
        {
            Right.RECEIVE_HOTLINE,
            Right.WRITE_PAPERS,
            Right.ISSUE_PAPERS,
            Right.DELIVER_PAPERS,
            Right.DRAFT_DOCUMENTS,
            Right.ORDER_TASKS,
            Right.KEEP_CALENDARS,
            Right.PUBLISH_ANNOUNCEMENTS,
        }
    ),
    Role.HANDLER: frozenset({Right.PLAN_WORK, Right.WRITE_PAPERS, Right.DRAFT_DOCUMENTS}),
    Role.LEADER: frozenset(
        {
            Right.SEE_REPORTER,
            Right.WRITE_PAPERS,
            Right.ISSUE_PAPERS,
            Right.DRAFT_DOCUMENTS,
            Right.END_CERTIFICATES,
            Right.ORDER_TASKS,
            Right.KEEP_CALENDARS,
            Right.PUBLISH_ANNOUNCEMENTS,
        }
    ),
}


def roles_with(right: Right) -> tuple[str, ...]:
    """The roles that give ``right``."""
    return tuple(role for role, rights in RIGHTS.items() if right in rights)


def may(user: User | AnonymousUser, right: Right) -> bool:
    """Whether a post of ``user`` gives ``right``, be it anywhere."""
    return isinstance(user, User) and user.is_active and bool(regions_of(user, right))


def may_over(user: User | AnonymousUser, right: Right, region: str | None) -> bool:
    """Whether a post of ``user`` gives ``right`` over the region of this code.

    What lies in no region belongs to the province.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    return any(_contains_region(mine, region) for mine in regions_of(user, right))


def require_right(user: User, right: Right) -> None:
    """Refuse (403) unless a post of ``user`` gives ``right``, be it anywhere."""
    if not may(user, right):
        refuse_without(right)


def require_right_over(user: User, right: Right, region: str | None) -> None:
    """Refuse (403) unless ``may_over``: before something is written in the region."""
    require_right(user, right)
    if not may_over(user, right, region):
        text = _("Your post in this region does not carry the right %(right)s.")
        raise not_allowed(text % {"right": right.label})


def refuse_without(right: Right) -> NoReturn:
    """Raise Refused (403) with the text for a user who lacks ``right``."""
    raise not_allowed(_("Your role does not carry the right %(right)s.") % {"right": right.label})


def regions_of(user: User, right: Right | None = None) -> tuple[str, ...]:
    """The regions over which ``user`` has a post today, or one that gives ``right``; none within another.

    They are the jurisdiction. An enterprise's account has none.
    """
    given = {
        post.region
        for post in posts_in_force(user)
        if right is None or right in RIGHTS.get(post.role, ())
    }
    wider = (code for code in given if not any(_contains_region(o, code) for o in given - {code}))
    return tuple(sorted(wider))


def main_region(user: User, right: Right) -> str:
    """Where ``user`` means when he says no region: that of his main post if it gives ``right``, else
    another one that does. Refuses (403) where none does."""
    require_right(user, right)
    mine = regions_of(user, right)
    return user.region_id if user.region_id in mine else mine[0]


def jurisdiction_filter(
    user: User,
    field: str,
    *,
    right: Right | None = None,
    lies_within: Callable[[str, str], Q] = within_region,
) -> Q:
    """The SQL predicate "the region code in ``field`` lies in the user's jurisdiction".

    ``field`` is the path to a column holding a GB/T 2260 code. No jurisdiction sees nothing. With a
    ``right`` the regions of the posts that give it.
    ``lies_within`` is how the table asks for a region, where its indexes want another form.
    """
    regions = regions_of(user, right)
    if not regions:
        return Q(pk__in=[])
    return functools.reduce(operator.or_, (lies_within(field, code) for code in regions))


def jurisdiction_filter_empty_as_province(
    user: User,
    field: str,
    *,
    right: Right | None = None,
    lies_within: Callable[[str, str], Q] = within_region,
) -> Q:
    """The predicate of ``jurisdiction_filter`` for a column that may be empty: rows without a place belong to the province."""
    mine = jurisdiction_filter(user, field, right=right, lies_within=lies_within)
    if reaches_province(user, right):
        mine |= Q(**{f"{field}__isnull": True})
    return mine


def reaches_province(user: User, right: Right | None = None) -> bool:
    """Whether a post of ``user`` is over a province, or one that gives ``right``."""
    return any(_contains_region(code, None) for code in regions_of(user, right))


def _contains_region(region: str, place: str | None) -> bool:
    return region.endswith("0000") if place is None else place.startswith(code_prefix(region))
