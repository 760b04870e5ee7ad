"""Short-lived signed addresses for browsers and phones."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from media_config.storage import URL_LIFE, public_client

SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif"})
"""What a browser may show in place; it runs none of these. All else is a download."""

_ACTIVE = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"})


def presign_url(
    key: str,
    *,
    media_type: str,
    filename: str = "",
    attachment: bool = False,
    expires_in: int = URL_LIFE,
) -> str:
    """An address of ``key`` that works for ``expires_in`` seconds, at most 120.

    Type and disposition of the answer are part of the signature, so that nobody can turn a
    stored object into a page: only plain pictures are shown in place, HTML and SVG are served
    as unnamed bytes.
    """
    shown = media_type in SHOWN_INLINE and not attachment
    disposition = "inline" if shown else "attachment"
    if filename:
        disposition += f"; filename*=UTF-8''{quote(filename, safe='')}"
    return public_client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings.S3_BUCKET,
            "Key": key,
            "ResponseContentType": "application/octet-stream"
            if media_type in _ACTIVE
            else media_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": f"private, max-age={expires_in}",
        },
        ExpiresIn=min(expires_in, URL_LIFE),
    )
