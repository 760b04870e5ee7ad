"""Draws a photo anew for showing: upright, sRGB, JPEG, with nothing of the file but its pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO

import pillow_heif
from PIL import Image, ImageCms

from backend.evidence import exif_facts
from backend.evidence.formats import PILLOW_FORMATS

pillow_heif.register_heif_opener()

_WITH_ALPHA = frozenset({"RGBA", "LA", "RGBa", "La"})
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to undo EXIF orientation 2 to 8."""
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class DrawnJpeg:
    """A finished JPEG: its bytes and its size in pixels."""

    body: bytes
    width: int
    height: int


def draw_renditions(
    source: IO[bytes], media_type: str, boxes: dict[str, int]
) -> dict[str, DrawnJpeg]:
    """A JPEG for each name whose longer side is at most the given pixels; never enlarged.

    The largest is drawn from the photo, smaller ones from it. A JPEG is decoded at the scale
    that is needed (Pillow's draft mode), which saves most of the time and memory.
    """
    largest = max(boxes.values())
    with Image.open(source, formats=PILLOW_FORMATS[media_type]) as photo:
        photo.draft(None, (largest, largest))
        picture = _small_upright_srgb(photo, largest)
    drawn = {}
    for name, box in sorted(boxes.items(), key=lambda item: -item[1]):
        picture.thumbnail((box, box), Image.Resampling.LANCZOS, reducing_gap=2.0)
        drawn[name] = _encode_jpeg(picture)
    return drawn


def _small_upright_srgb(photo: Image.Image, box: int) -> Image.Image:
    profile = photo.info.get("icc_profile")
    turn = _TURNS.get(exif_facts.exif_orientation(photo.getexif()))
    picture = _to_continuous_tones(photo)
    # Smaller first: turning and colours then cost the size of the screen, not of the photo.
    picture.thumbnail((box, box), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        picture = picture.transpose(turn)
    return _to_srgb(picture, profile)


def _to_continuous_tones(photo: Image.Image) -> Image.Image:
    """Convert palettes and 16-bit greys to tones that can be averaged."""
    if photo.mode.startswith("I"):
        return photo.convert("I").point(lambda value: value / 256).convert("L")
    if photo.mode in {"P", "PA", "1"} or "transparency" in photo.info:
        return photo.convert("RGBA")
    return photo


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB, as a screen without colour management shows it; transparency becomes white."""
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken profile: better a tint than no picture
        if converted is not None:
            return converted
    if picture.mode in _WITH_ALPHA:
        alpha = picture.convert("RGBA")
        ground = Image.new("RGB", alpha.size, "white")
        ground.paste(alpha, mask=alpha.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _encode_jpeg(picture: Image.Image) -> DrawnJpeg:
    """Encode the pixels alone as JPEG: no EXIF, XMP, ICC or comment of the source."""
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=82, optimize=True, progressive=True)
    return DrawnJpeg(buffer.getvalue(), clean.width, clean.height)
