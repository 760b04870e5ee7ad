"""One table: what may be decided on the floor, and by what each decision is refused.

Each decision is taken in a scene of its own, which is undone after it: an errand as far on its way
as the decision needs. :data:`TABLE` says of each what comes of it, and what its actor is told when
something has come in between; :data:`WRONGLY` what each refuses besides; :data:`MODES` what comes of
several who sign. A test compares a whole column, so that what differs is seen at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from backend.accounts.models import Role, User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.decisions import decide, take_back
from backend.matters.hand_overs import add_signer, claim_assignment, hand_over
from backend.matters.models import Assignment, Matter
from backend.offices.models import Post, Substitution
from tests.matters.errands import open_errand
from tests.matters.offices import Desks, give_post, lend_post
from tests.world import make_user

YESTERDAY = clock.today() - dt.timedelta(days=1)
WHY = {"remark": "原因"}


@dataclass
class Scene:
    """An errand on its way, and who is about to do what with it."""

    desks: Desks
    matter: Matter
    second: User
    outsider: User

    def take(self, who: User, decision: str, **chosen: Any) -> Matter:
        """One decision, whichever version there is."""
        return decide(
            actor=who, matter=self.matter.pk, version=None, decision=decision,
            chosen=Chosen(**chosen),
        )  # fmt: skip

    def dispatch(self, decision: str = "dispatch") -> None:
        """To the handlers of 历下."""
        self.take(self.desks.operator, decision, office=self.desks.lixia.pk)

    def report(self) -> None:
        """To the review."""
        self.dispatch()
        self.take(self.desks.handler, "report", **WHY)

    def countersign(self, way: str, *people: User) -> None:
        """To several who sign."""
        self.report()
        self.take(self.desks.operator, way, persons=tuple(user.pk for user in people))

    def close(self) -> None:
        """To its end, from wherever it is."""
        here = Matter.objects.get(pk=self.matter.pk).place["node"]
        if here == "triage":
            self.take(self.second, "refuse", ground="known")
            return
        if here == "handle":
            self.take(self.desks.mate, "report", **WHY)
        self.take(self.second, "approve")

    @property
    def asked(self) -> Assignment:
        """The last that was asked."""
        return self.matter.assignments.latest("pk")


Play = Callable[[], AbstractContextManager[Scene]]


@pytest.fixture
def play(desks: Desks) -> Play:
    """A new scene in which nobody else is at work, as often as one is asked for."""
    second = make_user("second", Role.OPERATOR, desks.bureau.region)
    give_post(second, desks.hotline)
    outsider = make_user("outsider", Role.LEADER, desks.shizhong.region)
    give_post(outsider, desks.shizhong)

    @contextmanager
    def begin() -> Iterator[Scene]:
        with transaction.atomic():
            yield Scene(desks, open_errand(desks.operator, desks.hotline), second, outsider)
            transaction.set_rollback(True)

    return begin


def refusal_of(act: Callable[[], Any]) -> str:
    """The code of what is refused; ``done`` where nothing is."""
    try:
        act()
    except Refused as refused:
        return refused.code
    return "done"


Act = Callable[["Scene", User, int | None], Any]


@dataclass(frozen=True)
class Doing:
    """A decision: how the scene comes to it, who takes it, and how."""

    before: Callable[[Scene], None]
    actor: Callable[[Scene], User]
    act: Callable[[Scene, User, int | None], Any]
    colleague: Callable[[Scene], Any]
    """What somebody else does in between, so that it is no longer to be decided."""
    sees: Callable[[Scene], User] = lambda scene: scene.desks.leader
    """Who sees the matter, and is not asked."""


def by_operator(scene: Scene) -> User:
    return scene.desks.operator


def by_handler(scene: Scene) -> User:
    return scene.desks.handler


def by_clerk(scene: Scene) -> User:
    return scene.desks.clerk


def by_substitute(scene: Scene) -> User:
    return scene.desks.stranger


def deciding(decision: str, **chosen: Any) -> Act:
    def act(scene: Scene, actor: User, version: int | None) -> Matter:
        return decide(
            actor=actor, matter=scene.matter.pk, version=version, decision=decision,
            chosen=Chosen(**chosen),
        )  # fmt: skip

    return act


def taking_back(scene: Scene, actor: User, version: int | None) -> Matter:
    return take_back(actor=actor, matter=scene.matter.pk, version=version)


def handing_over(scene: Scene, actor: User, version: int | None) -> Matter:
    first = scene.matter.assignments.get(node="handle")
    return hand_over(actor=actor, assignment=first.pk, to=scene.desks.mate, version=version)


def adding(*, before: bool) -> Act:
    def act(scene: Scene, actor: User, version: int | None) -> Matter:
        first = scene.matter.assignments.get(node="handle")
        asked = {"assignment": first.pk, "person": scene.desks.clerk}
        return add_signer(actor=actor, before=before, version=version, **asked)

    return act


def lend_to_stranger(scene: Scene) -> None:
    scene.report()
    lend_post(scene.desks.operator.posts.get(), scene.desks.stranger)


def send_back(scene: Scene) -> Matter:
    return scene.take(scene.second, "send-back", **WHY)


def claim_by_mate(scene: Scene) -> Assignment:
    return claim_assignment(actor=scene.desks.mate, assignment=scene.asked.pk, version=None)


def urge_as_clerk(scene: Scene) -> Matter:
    return scene.take(scene.desks.clerk, "urge", **WHY)


DOINGS = {
    "approve": Doing(Scene.report, by_operator, deciding("approve"), send_back),
    "refuse": Doing(
        lambda scene: None, by_operator, deciding("refuse", ground="not-ours"),
        lambda scene: scene.take(scene.second, "dispatch", office=scene.desks.lixia.pk),
    ),
    "send back": Doing(Scene.report, by_operator, deciding("send-back", **WHY), send_back),
    "withdraw": Doing(
        lambda scene: scene.dispatch("pass-on"), by_operator, taking_back,
        lambda scene: scene.take(scene.desks.mate, "report", **WHY),
    ),
    "hand over": Doing(Scene.dispatch, by_handler, handing_over, claim_by_mate, by_clerk),
    "add before": Doing(Scene.dispatch, by_handler, adding(before=True), claim_by_mate, by_clerk),
    "add after": Doing(Scene.dispatch, by_handler, adding(before=False), claim_by_mate, by_clerk),
    "substitute": Doing(lend_to_stranger, by_substitute, deciding("approve"), send_back),
    "urge": Doing(
        Scene.dispatch, lambda scene: scene.desks.leader, deciding("urge", **WHY),
        urge_as_clerk, by_handler,
    ),
}  # fmt: skip


def to_others(scene: Scene, doing: Doing) -> dict[str, Any]:
    return {"actor": scene.outsider}


def to_who_is_not_asked(scene: Scene, doing: Doing) -> dict[str, Any]:
    return {"actor": doing.sees(scene)}


def to_a_stale_reader(scene: Scene, doing: Doing) -> dict[str, Any]:
    return {"version": Matter.objects.get(pk=scene.matter.pk).version - 1}


def after_a_colleague(scene: Scene, doing: Doing) -> dict[str, Any]:
    doing.colleague(scene)
    return {}


def after_the_end(scene: Scene, doing: Doing) -> dict[str, Any]:
    scene.close()
    return {}


def after_the_post(scene: Scene, doing: Doing) -> dict[str, Any]:
    whose = doing.actor(scene)
    holder = scene.desks.operator if whose == scene.desks.stranger else whose
    Post.objects.filter(user=holder).update(ends_on=YESTERDAY)
    return {}


SPOILT: dict[str, Callable[[Scene, Doing], dict[str, Any]]] = {
    "foreign": to_others,
    "not asked": to_who_is_not_asked,
    "stale version": to_a_stale_reader,
    "already decided": after_a_colleague,
    "closed": after_the_end,
    "post ended": after_the_post,
}

GONE, TAKEN, LATE = "nothing-to-take-back", "assignment-taken", "assignment-closed"
TABLE = {
    #              comes to    foreign      not asked      stale version          already decided  closed           post ended
    "approve":    ("done",     "not-found", "not-allowed", "precondition-failed", "not-allowed",   "matter-closed", "post-ended"),
    "refuse":     ("refused",  "not-found", "not-allowed", "precondition-failed", "not-allowed",   "matter-closed", "post-ended"),
    "send back":  ("handle",   "not-found", "not-allowed", "precondition-failed", "not-allowed",   "matter-closed", "post-ended"),
    "withdraw":   ("triage",   "not-found", GONE,          "precondition-failed", GONE,            GONE,            "post-ended"),
    "hand over":  ("handle",   "not-found", "not-allowed", "precondition-failed", TAKEN,           LATE,            "not-found"),
    "add before": ("handle",   "not-found", "not-allowed", "precondition-failed", TAKEN,           LATE,            "not-found"),
    "add after":  ("handle",   "not-found", "not-allowed", "precondition-failed", TAKEN,           LATE,            "not-found"),
    "substitute": ("done",     "not-found", "not-allowed", "precondition-failed", "not-allowed",   "matter-closed", "not-found"),
    "urge":       ("handle",   "not-found", "not-allowed", "precondition-failed", "urged-already", "matter-closed", "not-found"),
}  # fmt: skip
"""Whose post has ended does not find what no longer concerns him; where he is named in it he is told."""


def test_each_decision_is_taken_and_leaves_one_step(play: Play) -> None:
    came_to = {}
    for decision, doing in DOINGS.items():
        with play() as scene:
            doing.before(scene)
            before = scene.matter.steps.count()
            doing.act(scene, doing.actor(scene), before)
            matter = Matter.objects.get(pk=scene.matter.pk)
            came_to[decision] = matter.place["node"]
            step = matter.steps.latest("version")
            assert (step.version, step.user) == (before + 1, doing.actor(scene))
            assert step.on_behalf_of == (scene.desks.operator if decision == "substitute" else None)
            assert matter.assignments.filter(state="open").exists() is (matter.closed_at is None)
    assert came_to == {decision: row[0] for decision, row in TABLE.items()}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_each_decision_is_refused_and_nothing_is_written(play: Play, spoilt: str) -> None:
    column, told = 1 + list(SPOILT).index(spoilt), {}
    for decision, doing in DOINGS.items():
        with play() as scene:
            doing.before(scene)
            otherwise = SPOILT[spoilt](scene, doing)
            before = scene.matter.steps.count()
            actor = otherwise.get("actor") or doing.actor(scene)
            version = otherwise.get("version")
            told[decision] = refusal_of(partial(doing.act, scene, actor, version))
            assert scene.matter.steps.count() == before
    assert told == {decision: row[column] for decision, row in TABLE.items()}


def hand_over_to(scene: Scene, to: User) -> None:
    scene.dispatch()
    hand_over(actor=scene.desks.handler, assignment=scene.asked.pk, to=to, version=None)


def to_whose_post_has_ended(scene: Scene) -> None:
    Post.objects.filter(user=scene.desks.mate).update(ends_on=YESTERDAY)
    hand_over_to(scene, scene.desks.mate)


def to_whose_account_is_closed(scene: Scene) -> None:
    User.objects.filter(pk=scene.desks.mate.pk).update(is_active=False)
    hand_over_to(scene, User.objects.get(pk=scene.desks.mate.pk))


def to_who_is_asked(scene: Scene) -> None:
    give_post(scene.second, scene.desks.hotline, Role.CLERK)
    scene.countersign("countersign", scene.second, scene.desks.operator)
    asked = scene.matter.assignments.get(state="open", person=scene.second)
    hand_over(actor=scene.second, assignment=asked.pk, to=scene.desks.operator, version=None)


def add_where_none_is_added(scene: Scene) -> None:
    person = scene.desks.clerk
    facts = {"assignment": scene.asked.pk, "person": person, "before": True, "version": None}
    add_signer(actor=scene.desks.operator, **facts)


def add_twice(scene: Scene, *, before: bool) -> None:
    scene.dispatch()
    facts = {"assignment": scene.asked.pk, "person": scene.desks.clerk, "version": None}
    add_signer(actor=scene.desks.handler, before=False, **facts)
    add_signer(actor=scene.desks.handler, before=before, **facts)


def add_without_post(scene: Scene) -> None:
    scene.dispatch()
    Post.objects.filter(user=scene.desks.clerk).update(ends_on=YESTERDAY)
    facts = {"assignment": scene.asked.pk, "person": scene.desks.clerk, "before": True}
    add_signer(actor=scene.desks.handler, version=None, **facts)


def sign_beyond_the_post(scene: Scene) -> None:
    """Who was asked by name, and whose post ended yesterday."""
    scene.countersign("countersign", scene.desks.clerk, scene.desks.leader)
    Post.objects.filter(user=scene.desks.clerk).update(ends_on=YESTERDAY)
    scene.take(scene.desks.clerk, "agree")


def sign_twice(scene: Scene) -> None:
    """On a second device, which has read the matter again."""
    scene.countersign("countersign", scene.desks.clerk, scene.desks.leader)
    for _device in range(2):
        scene.take(scene.desks.clerk, "agree")


def substitute_on(first: dt.date, last: dt.date) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        lend_to_stranger(scene)
        Substitution.objects.update(starts_on=first, ends_on=last)
        scene.take(scene.desks.stranger, "approve")

    return act


def substitute_of_a_substitute(scene: Scene) -> None:
    lend_to_stranger(scene)
    lend_post(scene.desks.stranger.posts.get(), scene.outsider)
    scene.take(scene.outsider, "approve")


def urge_oneself(scene: Scene) -> None:
    scene.countersign("countersign", scene.desks.leader)
    scene.take(scene.desks.leader, "urge", **WHY)


def urge_without_a_word(scene: Scene) -> None:
    scene.dispatch()
    scene.take(scene.desks.leader, "urge")


def choose(*people: str, closed: str = "") -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        User.objects.filter(username=closed).update(is_active=False)
        scene.countersign("countersign", *(getattr(scene.desks, name) for name in people))

    return act


def asking(decision: str, **chosen: Any) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        scene.take(scene.desks.operator, decision, **chosen)

    return act


def reviewing(decision: str) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        scene.report()
        scene.take(scene.desks.operator, decision)

    return act


def withdraw_twice(scene: Scene) -> None:
    scene.dispatch("pass-on")
    for _ in range(2):
        take_back(actor=scene.desks.operator, matter=scene.matter.pk, version=None)


def withdraw_what_stays(scene: Scene) -> None:
    scene.dispatch()
    take_back(actor=scene.desks.operator, matter=scene.matter.pk, version=None)


TOMORROW, LONG_AGO = clock.today() + dt.timedelta(days=1), dt.date(2020, 1, 1)
WRONGLY: list[tuple[str, str, str, Callable[[Scene], None]]] = [
    ("approve", "not at this node", "not-offered", asking("approve")),
    ("approve", "twice on two devices", "decided-already", sign_twice),
    ("approve", "post ended yesterday, asked by name", "post-ended", sign_beyond_the_post),
    ("approve", "nobody is chosen to sign", "persons-wrong", choose()),
    ("approve", "one twice", "persons-wrong", choose("clerk", "clerk")),
    ("approve", "account closed", "person-unfit", choose("clerk", closed="clerk")),
    ("refuse", "no ground", "ground-wrong", asking("refuse")),
    ("refuse", "unknown ground", "ground-wrong", asking("refuse", ground="other")),
    ("send back", "no remark", "remark-missing", reviewing("send-back")),
    ("withdraw", "the flow lets nobody", GONE, withdraw_what_stays),
    ("withdraw", "twice", GONE, withdraw_twice),
    ("hand over", "to another role", "person-unfit", lambda s: hand_over_to(s, s.desks.clerk)),
    ("hand over", "to another office", "person-unfit", lambda s: hand_over_to(s, s.desks.stranger)),
    ("hand over", "to a post that has ended", "person-unfit", to_whose_post_has_ended),
    ("hand over", "to a closed account", "person-unfit", to_whose_account_is_closed),
    ("hand over", "to who is asked already", "asked-already", to_who_is_asked),
    ("add before", "the flow lets nobody", "no-signers-here", add_where_none_is_added),
    ("add before", "who is asked already", "asked-already", lambda s: add_twice(s, before=True)),
    ("add before", "who holds no post", "person-unfit", add_without_post),
    ("add after", "who is asked already", "asked-already", lambda s: add_twice(s, before=False)),
    ("substitute", "ended yesterday", "not-found", substitute_on(LONG_AGO, YESTERDAY)),
    ("substitute", "begins tomorrow", "not-found", substitute_on(TOMORROW, TOMORROW)),
    ("substitute", "of a substitute", "not-found", substitute_of_a_substitute),
    ("urge", "nobody else is asked", "nobody-to-urge", urge_oneself),
    ("urge", "no remark", "remark-missing", urge_without_a_word),
]  # fmt: skip


def test_what_else_each_decision_refuses(play: Play) -> None:
    told = {}
    for decision, why, _code, act in WRONGLY:
        with play() as scene:
            told[decision, why] = refusal_of(partial(act, scene))
    assert told == {(decision, why): code for decision, why, code, _act in WRONGLY}


MODES = [
    # way            what clerk, leader and operator say, one after another; where it stands then
    ("ask-any",     "+",   "done"),
    ("ask-any",     "-",   "review"),
    ("countersign", "++",  "countersign"),
    ("countersign", "+++", "done"),
    ("countersign", "+-",  "review"),
    ("ask-ratio",   "+-",  "ask-ratio"),
    ("ask-ratio",   "++",  "done"),
    ("ask-ratio",   "-++", "done"),
    ("ask-ratio",   "--",  "review"),
    ("ask-in-turn", "+",   "ask-in-turn"),
    ("ask-in-turn", "+++", "done"),
    ("ask-in-turn", "-",   "review"),
]  # fmt: skip


def test_what_comes_of_several_who_sign(play: Play) -> None:
    came_to = {}
    for way, said, node in MODES:
        with play() as scene:
            signers = (scene.desks.clerk, scene.desks.leader, scene.second)
            scene.countersign(way, *signers)
            for signer, word in zip(signers, said, strict=False):
                scene.take(signer, "agree" if word == "+" else "disagree")
            matter = Matter.objects.get(pk=scene.matter.pk)
            came_to[way, said] = matter.place["node"]
            waiting = signers[len(said) :] if node == way else ()
            asked = waiting[:1] if way == "ask-in-turn" else waiting
            still = matter.assignments.filter(state="open", node=way)
            assert {one.person for one in still} == set(asked)
    assert came_to == {(way, said): node for way, said, node in MODES}


def test_nobody_signs_twice_nor_before_his_turn(play: Play) -> None:
    told = {}
    for way in ("ask-any", "countersign", "ask-ratio", "ask-in-turn"):
        with play() as scene:
            clerk, leader = scene.desks.clerk, scene.desks.leader
            scene.countersign(way, clerk, leader, scene.second)
            if way == "ask-in-turn":
                assert refusal_of(partial(scene.take, leader, "agree")) == "not-allowed"
            scene.take(clerk, "agree")
            told[way] = refusal_of(partial(scene.take, clerk, "agree"))
    assert told == {
        "ask-any": "matter-closed", "countersign": "decided-already",
        "ask-ratio": "decided-already", "ask-in-turn": "decided-already",
    }  # fmt: skip
