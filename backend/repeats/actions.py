"""Doing what was asked once, however often it is asked with the same key."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Model

from backend.accounts.models import User
from backend.lib import clock
from backend.repeats.models import KeptAnswer
from backend.repeats.refusals import key_reused_refusal

Row = TypeVar("Row", bound=Model)


class Answer(NamedTuple):
    """The answer to a request, as it is sent and kept."""

    status: int
    document: Any
    etag: str = ""


def answer_once(
    *, actor: User, key: uuid.UUID, asked: Any, make: Callable[[], Answer]
) -> Answer | None:
    """Do what was asked, and keep what ``make`` answers, in one transaction; None where it does it now.

    The answer that was kept is returned where ``actor`` sent the same before. What ``make`` refuses
    is not kept: the same key may be sent again. Raises Refused 422 ``idempotency-conflict`` where
    the key came with something else.
    """
    text = json.dumps(asked, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        fresh = KeptAnswer(user=actor, key=key, digest=digest, made_at=clock.now())
        KeptAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
        kept = KeptAnswer.objects.get(user=actor, key=key)
        if kept.digest != digest:
            raise key_reused_refusal()
        if kept.status is not None:
            return Answer(kept.status, kept.document, kept.etag)
        kept.status, kept.document, kept.etag = make()
        kept.save(update_fields=["status", "document", "etag"])
        return None


def make_row_once(
    *, actor: User, key: uuid.UUID, asked: Any, make: Callable[[], Row]
) -> tuple[Row | None, int]:
    """The row that ``make`` makes, and its primary key; no row where ``actor`` had it made by the same key before.

    Raises Refused as :func:`answer_once`.
    """
    made: list[Row] = []

    def answer() -> Answer:
        made.append(make())
        return Answer(201, {"pk": made[0].pk})

    kept = answer_once(actor=actor, key=key, asked=asked, make=answer)
    return (made[0], made[0].pk) if kept is None else (None, kept.document["pk"])
