"""Which offices and which people a decision may choose."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.kinds import all_kinds
from backend.matters.models import Assignment, Matter
from backend.offices.models import Office, Post, post_in_force


def offices_for(office: Office, line: str) -> QuerySet[Office]:
    """The offices of today that a decision of ``office`` may choose: below, above, elsewhere."""
    today: QuerySet[Office] = Office.objects.in_force(clock.today()).exclude(pk=office.pk)
    if line == "below":
        return today.filter(path__startswith=office.path)
    return today.filter(pk__in=office.line) if line == "above" else today


def people_for(matter: Matter) -> QuerySet[User]:
    """Whom a decision on ``matter`` may ask: who holds a post today in an office of the same
    authority or body, or in one of those that its kind names beside them."""
    office, further = matter.office, all_kinds()[matter.kind].further_offices
    same = Q(office__authority=office.authority_id, office__body=office.body_id)
    also = Q(office__in=further(matter) if further else ())
    return people_holding(Post.objects.filter(same | also))


def people_to_take(assignment: Assignment) -> QuerySet[User]:
    """To whom an assignment may be handed over: who holds such a post in its office today."""
    posts = Post.objects.filter(office=assignment.office_id)
    return people_holding(posts.filter(role=assignment.role) if assignment.role else posts)


def people_holding(posts: QuerySet[Post]) -> QuerySet[User]:
    """Who holds one of ``posts`` today, by name; no closed accounts."""
    held = posts.filter(post_in_force(clock.today())).values("user")
    return User.objects.filter(is_active=True, pk__in=held).order_by("display_name", "pk")


def name_or_sign_in_contains(text: str) -> Q:
    """The predicate that somebody's name holds ``text``, or that he signs in with a name that begins so."""
    return Q(display_name__icontains=text) | Q(username__istartswith=text)


def resolve_choice(
    *, remark: str, ground: str, office: str | None, persons: Iterable[str]
) -> Chosen:
    """What was chosen by the code of an office and the names that people sign in with.

    Raises Refused 422 ``office-unfit``, ``person-unfit`` for what is unknown.
    """
    found = None
    if office is not None:
        found = Office.objects.filter(code=office).values_list("pk", flat=True).first()
        if found is None:
            raise Refused("office-unfit", _("Choose an office that exists."), field="office")
    people = tuple(get_person_signing_in_as(name, "persons").pk for name in persons)
    return Chosen(remark, ground, found, people)


def get_person_signing_in_as(username: str, field: str) -> User:
    """Who signs in with this name; raises Refused 422 ``person-unfit``."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Refused("person-unfit", _("Choose people who hold a post."), field=field)
    return found
