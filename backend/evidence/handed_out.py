"""A file of storage that was handed out to somebody."""

from __future__ import annotations

from dataclasses import dataclass

from media_config.presigned import presign_url


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Where it lies, and as what he gets it; that it is his to have was asked before."""

    key: str
    media_type: str
    filename: str = ""
    attachment: bool = True

    def sign(self) -> str:
        """Its address for two minutes."""
        return presign_url(
            self.key,
            media_type=self.media_type,
            filename=self.filename,
            attachment=self.attachment,
        )
