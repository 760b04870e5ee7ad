"""Why a photo is refused, and what the sender can do about it."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.lib.problems import Refused

_BODY = "body"
_REFUSALS = {
    "photo-empty": (422, _("The photo has no content. Take it again or choose another.")),
    "photo-incomplete": (
        422,
        _("Fewer bytes arrived than were announced. Send the photo again."),
    ),
    "photo-hash-mismatch": (
        422,
        _("The content does not have the announced SHA-256. Send the photo again."),
    ),
    "photo-type": (
        422,
        _("This is not a photo of a kind taken here. Send JPEG, PNG, WebP, HEIC or AVIF."),
    ),
    "photo-type-mismatch": (
        422,
        _("The content is of another kind than announced. Announce what it is and send it again."),
    ),
    "photo-damaged": (
        422,
        _("The photo is damaged or breaks off. Take it again or send the original."),
    ),
    "photo-bomb": (
        422,
        _("The picture has too many pixels or takes too much to open. Send a smaller one."),
    ),
    "photo-polyglot": (
        422,
        _(
            "Something else hangs behind the picture in this file. Send the photo as the camera made it."
        ),
    ),
}


class TryAgain(Exception):
    """The server could not look at the photo: trouble of its own, which says nothing of the photo.

    No refusal: nothing that was sent is to be given up.
    """


def photo_refusal(code: str, *, field: str = _BODY) -> Refused:
    """The refusal of a photo by its ``code``."""
    status, detail = _REFUSALS[code]
    return Refused(code, detail, field=field, status=status)


def too_large_refusal() -> Refused:
    """The refusal (413) of a photo of more bytes than ``PHOTO_MAX_BYTES``."""
    limit = settings.PHOTO_MAX_BYTES // (1024 * 1024)
    detail = _("A photo may have %(limit)d MB. Send it at a lower resolution.") % {"limit": limit}
    return Refused("photo-too-large", detail, field=_BODY, status=413)


def not_visible_refusal() -> Refused:
    """The refusal (404) where this user has no such photo."""
    return Refused("not-found", _("There is no such photo."), status=404)


def not_ready_refusal() -> Refused:
    """The refusal where the photo is stored and the wanted picture of it is not drawn yet."""
    detail = _("The photo is safe, but not ready to be shown. Try again in a minute.")
    return Refused("photo-not-ready", detail, status=409)


def not_shown_refusal() -> Refused:
    """The refusal where the photo is stored and no picture of it can be drawn."""
    detail = _("The photo is safe, but cannot be shown here. Download the original.")
    return Refused("photo-not-shown", detail, status=409)
