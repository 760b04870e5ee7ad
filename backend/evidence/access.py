"""Who may look at a photo, and the short-lived address to do so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from backend.accounts.models import User
from backend.evidence.formats import SUFFIXES
from backend.evidence.handed_out import HandedOut
from backend.evidence.models import MOST_DRAW_TRIES, File, Rendition
from backend.evidence.refusals import not_ready_refusal, not_shown_refusal, not_visible_refusal
from backend.lib.problems import Refused

ORIGINAL = "original"


def photo_url(
    *,
    user: User,
    file: File,
    may_see: Callable[[User, File], bool],
    kind: str = Rendition.Kind.SCREEN,
) -> str:
    """A signed address of ``file`` that works for two minutes.

    ``kind`` is ``thumbnail``, ``screen`` or ``original``. ``may_see`` asks the record that the
    photo belongs to; whoever uploaded it may always look. Raises Refused: not-found (404) for
    all others, photo-not-shown (409) where it cannot be drawn, photo-not-ready (409) while the bytes or the picture are on their way.
    """
    if file.uploaded_by_id != user.pk and not may_see(user, file):
        raise not_visible_refusal()
    found = find_original(file) if kind == ORIGINAL else find_rendition(file, kind)
    if found is not None:
        return found.sign()
    if kind == ORIGINAL:
        raise not_ready_refusal()
    raise not_shown_refusal() if file.draw_tries >= MOST_DRAW_TRIES else not_ready_refusal()


def find_rendition(file: File, kind: str) -> HandedOut | None:
    """A picture of ``file`` for whoever may look at it; None while it is on its way."""
    # all() and not filter(): lists prefetch the renditions.
    keys = (one.key for one in file.renditions.all() if one.kind == kind)
    key = next(keys, None)
    return HandedOut(key, "image/jpeg", attachment=False) if key else None


def record_photo_url(*, user: User, file: File, kind: str) -> str | None:
    """A signed address of a picture for a user who may read the record itself: whoever sees that sees its photos.

    None while the picture is on its way.
    """
    try:
        return photo_url(user=user, file=file, may_see=lambda _user, _file: True, kind=kind)
    except Refused:
        return None


def find_original(file: File) -> HandedOut | None:
    """The original bytes for whoever may look at them; None while they are on their way.

    Always as a download: they still carry all that the sender put in.
    """
    if file.state != File.State.STORED:
        return None
    stem = PurePath(file.original_name).stem or str(file.pk)
    return HandedOut(file.key, file.media_type, filename=f"{stem}.{SUFFIXES[file.media_type]}")
