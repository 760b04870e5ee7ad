"""Changing a matter: it is held, its version compared, and each change leaves one step."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.matters.kinds import clean_text
from backend.matters.models import Matter, Step
from backend.repeats.refusals import key_reused_refusal


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a step, in which post and on whose behalf; nobody where a clock or an end does."""

    user: User | None = None
    post: int | None = None
    on_behalf_of: int | None = None
    office: int | None = None

    @property
    def holder(self) -> int | None:
        """Whose work it is: his own, or that of him whom he substitutes."""
        return self.on_behalf_of or (self.user.pk if self.user else None)


NOBODY = Author()


@dataclass(frozen=True, slots=True)
class Sending:
    """The Idempotency-Key of a request with what it asked for; the same twice changes once."""

    key: uuid.UUID | None = None
    body: Any = None

    @property
    def digest(self) -> str:
        """The SHA-256 of what was asked for; empty without a key."""
        if self.key is None:
            return ""
        text = json.dumps(self.body, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


ONCE = Sending()
"""A change that nobody sends again."""


@dataclass(slots=True)
class LockedMatter:
    """A matter that is held for a change; ``replayed`` where the same was asked for before."""

    matter: Matter
    replayed: bool = False


@contextmanager
def lock_matter(
    *, actor: User, matter: int, version: int | None, sending: Sending = ONCE
) -> Iterator[LockedMatter]:
    """Hold a matter that ``actor`` sees, in a transaction, for a change of ``version``.

    None for ``version`` means whichever it has. Raises Refused: 404 where he does not see it, 412
    ``precondition-failed`` where it has changed since, 422 ``idempotency-conflict`` where the key
    was used for something else.
    """
    with transaction.atomic():
        # Apart: a row that had to be waited for is no longer found where others were joined to it.
        if not Matter.objects.visible_to(actor).filter(pk=matter).exists():
            raise not_found(_("There is no such matter for you."))
        with lock_matter_for_party(
            actor=actor, matter=matter, version=version, sending=sending
        ) as held:
            yield held


@contextmanager
def lock_matter_for_party(
    *, actor: User, matter: int, version: int | None, sending: Sending = ONCE
) -> Iterator[LockedMatter]:
    """As :func:`lock_matter`, for whom the matter concerns and who does not see it whole.

    That it is his the kind has asked. Raises Refused 412 and 422 alike.
    """
    with transaction.atomic():
        found = Matter.objects.select_for_update().get(pk=matter)
        if was_sent_before(actor, matter, sending):
            yield LockedMatter(found, replayed=True)
            return
        if version not in (None, found.version):
            raise Refused("precondition-failed", _("It has changed. Read it again."), status=412)
        yield LockedMatter(found)


@contextmanager
def lock_matter_for_nobody(matter: int) -> Iterator[Matter]:
    """Hold a matter for what happens by itself."""
    with transaction.atomic():
        yield Matter.objects.select_for_update().get(pk=matter)


@contextmanager
def lock_matter_unless_busy(matter: int) -> Iterator[Matter | None]:
    """Hold a matter for what happens by itself; None while somebody else holds it."""
    with transaction.atomic():
        yield Matter.objects.select_for_update(skip_locked=True).filter(pk=matter).first()


def was_sent_before(actor: User, matter: int, sending: Sending) -> bool:
    """Whether ``actor`` changed the matter by the same ``sending`` before.

    Raises Refused 422 ``idempotency-conflict`` where he used its key for something else.
    """
    if sending.key is None:
        return False
    before = Step.objects.filter(user=actor, key=sending.key).first()
    if before is None:
        return False
    if (before.matter_id, before.digest) != (matter, sending.digest):
        raise key_reused_refusal()
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """What a step says beside its author and the matter."""

    action: str
    node: str = ""
    from_state: str = ""
    remark: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    sending: Sending = ONCE


def write_step(matter: Matter, author: Author, entry: Entry, *also: str) -> Step:
    """Write the step, and the matter with its next version and the columns named in ``also``."""
    matter.version += 1
    matter.save(update_fields=["version", *also])
    return add_step(matter, author, entry)


def add_step(matter: Matter, author: Author, entry: Entry) -> Step:
    """Write the step that made the version which ``matter`` has.

    Raises Refused 422 ``idempotency-conflict`` where its key came for another matter at the same
    moment: the lock of a matter cannot see that, the unique index does.
    """
    with _refusing_key_of_another():
        return _create_step(matter, author, entry)


@contextmanager
def _refusing_key_of_another() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "one_step_per_key" in str(error):
            raise key_reused_refusal() from None
        raise


def _create_step(matter: Matter, author: Author, entry: Entry) -> Step:
    return Step.objects.create(
        matter=matter,
        version=matter.version,
        action=entry.action,
        node=entry.node or matter.place.get("node", ""),
        from_state=entry.from_state or matter.state,
        to_state=matter.state,
        user=author.user,
        post_id=author.post,
        on_behalf_of_id=author.on_behalf_of,
        office_id=author.office,
        at=clock.now(),
        remark=clean_text(matter, entry.remark),
        facts=entry.facts,
        key=entry.sending.key,
        digest=entry.sending.digest,
    )
