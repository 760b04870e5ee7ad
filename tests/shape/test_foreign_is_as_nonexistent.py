"""The matrix role x route x foreign object: what belongs to another county answers, at every
route and by every method, as what does not exist; nothing of it is told, and nothing changes.

Found by introspection. A route with a parameter, or with a method that writes, is asked by the
tables here and in ``letters``; one that they do not know fails.
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, Role, User
from backend.accounts.sessions import begin_session
from tests.shape.belongings import belongings, names_of, names_of_nothing, rows_reader
from tests.shape.letters import letters
from tests.world import World, make_user

Asked = tuple[str, Any]
"""A path and what is sent there."""
HEADERS = {"If-Match": "*", "Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
UNSAFE = frozenset({"post", "put", "patch", "delete"})
PUBLIC = (
    "accounts/",
    "m/",
    "i18n/",
    "T/",
    "t/",
    "V/",
    "livez",
    "readyz",
    "api/schema/",
    "api/docs/",
    "calendar/",
)
"""Names nothing of the register, or shows what is public: the mark of a tag, how a paper stands."""
OF_ONE = {
    "units": "unit", "records": "record", "entities": "entity", "memberships": "membership",
    "people": "person", "batches": "batch", "tags": "tag", "imports": "import",
    "held-items": "item", "cases": "case", "defects": "defect", "reports": "report",
    "tasks": "task", "jobs": "job", "devices": "device", "photos": "photo", "uploads": "upload",
    "items": "unit", "import-mappings": "mapping", "mappings": "mapping", "accounts": "account",
    "invitations": "invitation", "tokens": "token", "papers": "paper", "services": "service",
    "posts": "post", "substitutions": "substitution", "letters": "letter", "hotline": "letter",
    "notifications": "notification", "matters": "matter", "assignments": "assignment",
    "exports": "export", "filters": "filter",
    "clusters": "cluster",
    "distributions": "distribution", "deliveries": "delivery",
    "sent": "distribution", "incoming": "matter",
    "documents": "document", "attachments": "attachment",
    "applications": "application", "certificates": "certificate", "files": "enclosed",
    "absences": "absence",
    "supervised-tasks": "supervised", "supervised": "supervised", "proofs": "proof",
    "meetings": "meeting", "meeting-rooms": "room",
    "duty-shifts": "shift", "shifts": "shift", "duty-desks": "office", "duty-rosters": "roster",
    "rosters": "roster", "duties": "duty", "duty": "duty", "duty-swaps": "swap", "swaps": "swap",
    "announcements": "announcement",
}  # fmt: skip
"""What a parameter names, by the segment before it."""
OF_ALL = {
    "regions": "370103", "categories": "3110", "authorities": "1", "offices": "1",
    "inspection-bodies": "1", "checklists": "1", "public-places": "1", "paper-templates": "1",
    "collections": "units", "holiday-years": "2026", "deadline-rules": "1",
    "address-book": "1",
    "guides": "use-registration", "new": "use-registration",
    "enclosures": "order", "tiles": "units", "<slug:layer>": "8", "<int:z>": "211", "<int:x>": "99",
}  # fmt: skip
"""What everybody may name, and one of it: here what lies about both counties."""
ASKED_BY = {
    "unit": "unit", "using_entity": "entity", "owner": "entity", "maintainer": "entity",
    "employer": "entity", "assignee": "user", "created_by": "user", "office": "office",
}  # fmt: skip
"""What a filter of a list names."""
MADE_BY_THE_SENDER = {
    ("put", "mobile/v1/photos/<str:sha256>"),
    ("put", "mobile/v1/reports/<uuid:report>"),
}
"""Routes where the phone makes the name up: one that is taken is another matter than a free one."""
TELL_AS_MUCH_AS_A_TAG = {
    ("post", "api/v1/tags/<tag:code>/binding"),
    ("post", "api/v1/tags/<tag:code>/replacement"),
    ("post", "desk/units/<int:pk>/tag/"),
}
"""Who holds a label learns that it is in use; its public page tells everybody the same."""
ASK_WHOM_EVERYBODY_KNOWS = {
    ("post", "api/v1/meetings/<key:meeting>/participants"),
}
"""Any office may be asked to a meeting; the list of offices is everybody's."""
TOLD = MADE_BY_THE_SENDER | TELL_AS_MUCH_AS_A_TAG | ASK_WHOM_EVERYBODY_KNOWS
NEVER_TAKEN = {
    ("post", "mobile/v1/sign-in"), ("post", "api/v1/imports"), ("post", "api/v1/imports/trial"),
    ("post", "api/v1/import-mappings"), ("post", "api/v1/nearby/area"),
    ("post", "mobile/v1/uploads"), ("post", "api/v1/held-items/<key:pk>/settle"),
    ("patch", "mobile/v1/uploads/<uuid:upload>"), ("put", "mobile/v1/photos/<str:sha256>"),
    ("post", "api/v1/tags/<tag:code>/replacement"),
    ("patch", "api/v1/papers/<key:pk>"), ("post", "api/v1/papers/<key:pk>/registration"),
    ("post", "api/v1/papers/<key:pk>/issue"), ("post", "papers/<int:pk>/edit/"),
    ("post", "papers/<int:pk>/register/"),
    ("post", "api/v1/tags/<tag:code>/replacement"), ("put", "api/v1/holiday-years/<key:year>"),
    ("post", "api/v1/deliveries/<key:pk>/redistribution"),
    ("post", "api/v1/deliveries/<key:pk>/registration"),
    ("post", "desk/deliveries/<int:pk>/registration/"),
    ("post", "desk/deliveries/<int:pk>/pass-on/"),
    ("post", "api/v1/applications"), ("post", "api/v1/applications/<key:pk>/supplement"),
    ("post", "api/v1/applications/<key:pk>/withdrawal"),
    ("post", "api/v1/applications/<key:pk>/hearing"),
    ("post", "api/v1/certificates/<key:pk>/ending"),
    ("post", "applications/<int:pk>/supply/"), ("post", "applications/<int:pk>/withdraw/"),
    ("post", "applications/<int:pk>/hearing/"),
    ("post", "api/v1/matters/<key:pk>/take-back"), ("post", "api/v1/assignments/<key:pk>/signers"),
    ("post", "api/v1/offices/<key:pk>/closing"),
    ("post", "api/v1/documents/<key:pk>/attachments"),
    ("post", "api/v1/supervised-tasks/<key:pk>/proofs"),
    ("post", "api/v1/address-book/<key:pk>/mobile"),
    ("post", "api/v1/application-files"), ("post", "certificates/<int:pk>/end/"),
}  # fmt: skip
"""Routes whose letters name nothing, or need what only its holder has: a password, the bytes of a
photo, a fresh tag, an account of whoever applies, a colleague's number, a body to mend an item with, a paper that is not
issued yet, a delivery that is signed for, a flow that lets steps be taken back, a department that
may end."""


class Door(NamedTuple):
    """One method of one route; ``filters`` are those of its list."""

    method: str
    route: str
    filters: frozenset[str]


class Scene(NamedTuple):
    """What is one's own, what is foreign, and names of nothing."""

    own: dict[str, Any]
    foreign: dict[str, Any]
    nothing: dict[str, str]


class Told(NamedTuple):
    """An answer with whatever was named taken out of it, and whether foreign rows changed."""

    status: int
    text: str
    changed: bool


def doors() -> list[Door]:
    """Every method of every route, the public ones left out."""
    return sorted(set(_doors(get_resolver().url_patterns, "")))


def _doors(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Door]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, text)
        elif "^" not in text and not text.startswith(PUBLIC):
            view = getattr(pattern.callback, "cls", None) or getattr(
                pattern.callback, "view_class", None
            )
            for method in _methods(pattern.callback, view):
                kept = getattr(getattr(view, "filterset_class", None), "base_filters", {})
                yield Door(method, text, frozenset(kept))


def _methods(callback: Any, view: Any) -> list[str]:
    """Those that it has; a page that is a function may have both of a browser's."""
    if view is None:
        return ["get", "post"]
    known = getattr(callback, "actions", None) or {m for m in UNSAFE | {"get"} if hasattr(view, m)}
    return sorted((UNSAFE | {"get"}) & set(known))


def parameters(route: str) -> list[tuple[str, str]]:
    """Each parameter of ``route`` with what stands before it."""
    parts = route.split("/")
    return [
        (found[0], parts[at - 1])
        for at, part in enumerate(parts)
        if (found := re.search(r"<[^>]+>", part))
    ]


def filled(route: str, names: dict[str, str]) -> str:
    """``route`` with its parameters from ``names``."""
    for placeholder, before in parameters(route):
        said = names[OF_ONE[before]] if before in OF_ONE else OF_ALL[before]
        route = route.replace(placeholder, said, 1)
    return route


def test_every_route_is_in_the_tables() -> None:
    known = letters(names_of_nothing())
    written = {door[:2] for door in doors() if door.method in UNSAFE}
    pages = {door for door in written if not _json(door[1])}
    assert written - pages <= set(known), "say in letters what is sent there"
    assert set(known) <= written, "no such route any more"
    before = {segment for door in doors() for _found, segment in parameters(door.route)}
    assert before <= set(OF_ONE) | set(OF_ALL), "say what this parameter names"


@pytest.fixture
def scene(world: World, errand_kind: None) -> Scene:
    """Both counties with one of each kind of thing."""
    own = belongings(world.lift, world.mall, 1)
    return Scene(own, belongings(world.forklift_elsewhere, world.plant, 2), names_of_nothing())


@pytest.mark.parametrize("role", Role.values)
def test_what_is_foreign_answers_as_what_does_not_exist(
    world: World, scene: Scene, role: str
) -> None:
    of_firm = role == Role.ENTERPRISE
    user = world.qian if of_firm else make_user(f"attacker-{role}", role, world.lixia)
    attack = Attack(scene, user)
    gave_way = [wrong for door in doors() for wrong in attack.on(door)]
    assert not gave_way, "\n".join(gave_way)


def test_each_letter_is_taken_from_one_of_those_to_whom_the_things_belong(scene: Scene) -> None:
    staff = User.objects.filter(username__endswith="-370102").exclude(role=Role.ENTERPRISE)
    askers, own = [Attack(scene, user) for user in staff], names_of(scene.own)
    refused = []
    for door, bodies in letters(own).items():
        free = scene.nothing if door in MADE_BY_THE_SENDER else own
        for body in bodies if door not in NEVER_TAKEN else ():
            answers: list[Told] = []
            for asker in askers:
                answers.append(asker.ask(door[0], filled(door[1], free), body))
                if answers[-1].status < 400:
                    break
            else:
                refused.append((door, body, answers))
    assert not refused, "\n".join(map(str, refused))


class Attack:
    """``user``, who is of 历下, at what belongs to 市中."""

    def __init__(self, scene: Scene, user: User) -> None:
        self.things, self.nothing = scene.foreign, scene.nothing
        self.own, self.foreign = names_of(scene.own), names_of(scene.foreign)
        self.rows = rows_reader(self.things)
        self.before = self.rows()
        named = ("unit", "device_code"), ("entity", "name"), ("trader", "name"), ("person", "name")
        named += (("paper", "addressee"),)
        self.secrets = [str(getattr(self.things[kind], member)) for kind, member in named]
        self.to_own, self.to_foreign = letters(self.own), letters(self.foreign)
        self.to_nothing = letters(self.nothing)
        _row, self.token = DeviceToken.objects.create(user=user, device_id="phone-9")
        browser = APIClient()
        browser.force_login(user)
        session = browser.session
        begin_session(session)  # else each request would write when it began
        session.save()
        self.session = browser.cookies

    def on(self, door: Door) -> Iterator[str]:
        """What gives way at ``door``.

        Nothing can where what does not exist is forbidden, or nothing is done by this method: that was
        said before anything was looked for.
        """
        pairs = list(self._asked(door))
        first = pairs[0][1] if pairs else None
        if first is not None and self.ask(door.method, *first).status in (403, 405):
            return
        for (path, sent), as_if in pairs:
            foreign = self.ask(door.method, path, sent)
            if foreign.changed:
                yield f"{door.method} {path} changes what is foreign"
            yield from (
                f"{door.method} {path} tells {s}" for s in self.secrets if s in foreign.text
            )
            if door[:2] in TOLD or as_if is None:
                continue
            nothing = self.ask(door.method, *as_if)
            if foreign != nothing:
                yield f"{door.method} {path} {sent}: {foreign} but {as_if[0]}: {nothing}"

    def _asked(self, door: Door) -> Iterator[tuple[Asked, Asked | None]]:
        """Pairs of what names a foreign thing and what names nothing: in each place of the path
        behind one's own, in a body, in a filter; and the route alone where it names nothing."""
        named = [OF_ONE[before] for _found, before in parameters(door.route) if before in OF_ONE]
        sent = self.to_own.get(door[:2], [None])[0]
        for kept in range(len(named)):
            mine = {kind: self.own[kind] for kind in named[:kept]}
            foreign, nothing = self.foreign | mine, self.nothing | mine
            yield (filled(door.route, foreign), sent), (filled(door.route, nothing), sent)
        path = filled(door.route, self.own)
        bodies = (known.get(door[:2], []) for known in (self.to_foreign, self.to_nothing))
        for foreign, nothing in zip(*bodies, strict=True):
            if foreign != nothing:
                yield (path, foreign), (path, nothing)
        if door.method == "get" and not named:
            yield (path, None), None
        asked_by = door.filters & set(ASKED_BY) if door.method == "get" else ()
        for name in sorted(asked_by):
            pair = (f"{path}?{name}={n[ASKED_BY[name]]}" for n in (self.foreign, self.nothing))
            yield (next(pair), None), (next(pair), None)

    def ask(self, method: str, path: str, sent: Any) -> Told:
        """The answer to one request; the database is as it was before."""
        cache.clear()
        client, headers = APIClient(), HEADERS | {"Idempotency-Key": str(uuid.uuid4())}
        if path.startswith("mobile/"):
            headers["Authorization"] = f"Token {self.token}"
        else:
            client.cookies = copy.deepcopy(self.session)
        kind: dict[str, str] = {} if _json(path) else {"format": "multipart"}
        if isinstance(sent, bytes):
            kind = {"content_type": "application/offset+octet-stream"}
        with transaction.atomic():
            data = () if sent is None or method == "get" else (sent,)
            answer = getattr(client, method)(
                f"/{path}", *data, headers=headers, **(kind if data else {})
            )
            changed = self.rows() != self.before
            transaction.set_rollback(True)
        return Told(answer.status_code, self._masked(answer), changed)

    def _masked(self, answer: Any) -> str:
        """What a program reads, without the names that were said by whoever asked, and without
        instants and digests; of anything else the secrets in it."""
        text = b"".join(answer) if answer.streaming else answer.content
        said = text.decode("utf-8", "replace")
        if not answer.headers.get("Content-Type", "").endswith("json"):
            return " ".join(secret for secret in self.secrets if secret in said)
        said = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+Z]+|\b[0-9a-f]{64}\b", "*", said)
        for name in {*self.foreign.values(), *self.nothing.values()}:
            said = re.sub(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", "*", said)
        return said


def _json(path: str) -> bool:
    return path.startswith(("api/", "mobile/", "tiles/", "ogc/"))
