"""Who may look at a photo, and the short-lived address to do so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from backend.accounts.models import User
from backend.evidence.formats import SUFFIXES
from backend.evidence.models import MOST_DRAW_TRIES, File, Rendition
from backend.evidence.refusals import not_ready, not_shown, not_visible
from backend.lib.problems import Refused
from media_config.presigned import presign

ORIGINAL = "original"


def url_for(
    *,
    user: User,
    file: File,
    may_see: Callable[[User, File], bool],
    kind: str = Rendition.Kind.SCREEN,
) -> str:
    """An address of ``file`` that works for two minutes.

    ``kind`` is ``thumbnail``, ``screen`` or ``original``. ``may_see`` asks the record that the
    photo belongs to; whoever uploaded it may always look. Raises Refused: not-found (404) for
    all others, photo-not-shown (409) where it cannot be drawn, photo-not-ready (409) while the bytes or the picture are on their way.
    """
    if file.uploaded_by_id != user.pk and not may_see(user, file):
        raise not_visible()
    if kind == ORIGINAL:
        return _original(file)
    # all() and not filter(): lists prefetch the renditions.
    for rendition in file.renditions.all():
        if rendition.kind == kind:
            return presign(rendition.key, media_type="image/jpeg")
    raise not_shown() if file.draw_tries >= MOST_DRAW_TRIES else not_ready()


def picture_of_record(*, user: User, file: File, kind: str) -> str | None:
    """As ``url_for``, for a reader of the record itself: whoever sees that sees its photos.

    None while the picture is on its way.
    """
    try:
        return url_for(user=user, file=file, may_see=lambda _user, _file: True, kind=kind)
    except Refused:
        return None


def _original(file: File) -> str:
    """The evidence itself, always as a download: it still carries all that the sender put in."""
    if file.state != File.State.STORED:
        raise not_ready()
    stem = PurePath(file.original_name).stem or str(file.pk)
    name = f"{stem}.{SUFFIXES[file.media_type]}"
    return presign(file.key, media_type=file.media_type, filename=name, attachment=True)
