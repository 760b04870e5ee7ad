"""Opens a stranger's file and draws a picture, in a process of its own that may not use much and may die.

Run by :mod:`backend.evidence.sandbox` as ``python -m backend.evidence.probe``; it imports no
Django. One JSON object goes to standard output: what was found, ``{"refusal": code}``, or
``{"trouble": word}`` where this machine and not the picture may be to blame.
"""

from __future__ import annotations

import base64
import errno
import json
import mmap
import os
import resource
import select
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from backend.evidence import exif_facts
from backend.evidence.formats import PILLOW_FORMATS
from backend.evidence.office_files import probe_office_file
from backend.evidence.page_pictures import draw_pages
from backend.evidence.picture_endings import Truncated, carries_something_else, end_of_picture
from backend.evidence.renditions import draw_renditions

_SIDEWAYS = frozenset({5, 6, 7, 8})
_MACHINE_ERRORS = frozenset({errno.EIO, errno.EACCES, errno.EMFILE, errno.ENFILE, errno.ENOENT})
"""Errors that no content of a file can bring about."""
_CRASHED = {"refusal": "photo-damaged"}
_MISTAKE = {"trouble": "mistake"}
"""An exception of our own says nothing of the photo."""
_DEATHS: dict[int, dict[str, str]] = {
    signal.SIGXCPU: {"refusal": "photo-bomb"},
    signal.SIGKILL: {"trouble": "killed"},
}


def probe_picture(path: Path, media_type: str, *, max_pixels: int) -> dict[str, Any]:
    """What the picture at ``path`` is, or why it is refused. Decodes all of its first frame."""
    try:
        _check_ending(path, media_type)
        with Image.open(path, formats=PILLOW_FORMATS[media_type]) as image:
            return _describe_image(image, max_pixels=max_pixels)
    except _PictureRefused as unwelcome:
        return {"refusal": str(unwelcome)}
    except (MemoryError, Image.DecompressionBombError):
        return {"refusal": "photo-bomb"}
    except (UnidentifiedImageError, Truncated, OSError, SyntaxError, ValueError, EOFError) as error:
        if getattr(error, "errno", None) in _MACHINE_ERRORS:
            return {"trouble": "machine"}
        return {"refusal": "photo-damaged"}
    except (IndexError, KeyError, TypeError, RuntimeError, AttributeError, OverflowError):
        # Decoders meet hostile bytes here; each of these has been a Pillow plug-in's answer.
        return {"refusal": "photo-damaged"}


class _PictureRefused(Exception):
    """The picture is refused; carries the code of the refusal."""


def _check_ending(path: Path, media_type: str) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = end_of_picture(data, media_type)  # type: ignore[arg-type]
        if carries_something_else(data, end):  # type: ignore[arg-type]
            raise _PictureRefused("photo-polyglot")


def _describe_image(image: Image.Image, *, max_pixels: int) -> dict[str, Any]:
    width, height = image.size
    if width * height > max_pixels:
        raise _PictureRefused("photo-bomb")
    exif = image.getexif()
    turned = exif_facts.exif_orientation(exif)
    facts = exif_facts.read_exif(exif, image.info.get("xmp"))
    # Every bit of a JPEG is read at any scale; only the arithmetic for pixels is saved.
    image.draft(None, (max(1, width // 8), max(1, height // 8)))
    image.load()
    if turned in _SIDEWAYS:
        width, height = height, width
    return {"width": width, "height": height, "orientation": turned, "exif": facts}


def _answer_question(question: dict[str, Any]) -> dict[str, Any]:
    path, media_type = Path(question["path"]), question["media_type"]
    if "first" in question:
        return draw_pages(path, question["first"], question["most"])
    if media_type not in PILLOW_FORMATS:
        return probe_office_file(path, media_type)
    if "boxes" in question:
        return _draw_pictures_as_json(path, media_type, question["boxes"])
    return probe_picture(path, media_type, max_pixels=question["max_pixels"])


def _draw_pictures_as_json(path: Path, media_type: str, boxes: dict[str, int]) -> dict[str, Any]:
    """The pictures for showing, their bytes as base64, or ``{"refusal": code}``."""
    try:
        with path.open("rb") as source:
            pictures = draw_renditions(source, media_type, boxes)
    except (MemoryError, Image.DecompressionBombError):
        return {"refusal": "photo-bomb"}
    return {
        name: {
            "body": base64.b64encode(one.body).decode(),
            "width": one.width,
            "height": one.height,
        }
        for name, one in pictures.items()
    }


def limit_resources(*, memory: int, cpu: int) -> None:
    """Limit this process for good to ``memory`` bytes, ``cpu`` seconds and no files written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the hard limit comes SIGKILL, which is also what a machine short of memory sends.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def prepare_process() -> None:
    """Set Pillow to one thread and no limits of its own: sizes are checked before anything is decoded."""
    Image.MAX_IMAGE_PIXELS = None
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    Image.init()  # or each fork would import Pillow's plug-ins for itself: 50 ms
    warnings.simplefilter("ignore")


def serve(*, memory: int, cpu: int, wall: int) -> None:
    """Answer one line for each line asked, from a fresh fork each time; ends with its parent.

    Starting Python and Pillow costs 0.2 s of processor time, a fork 2 ms.
    """
    for line in sys.stdin:
        question = json.loads(line)
        answer, child_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            limit_resources(memory=memory, cpu=cpu)
            with os.fdopen(child_end, "wb") as end:
                end.write(json.dumps(_answer_question(question)).encode())
            os._exit(0)
        os.close(child_end)
        sys.stdout.write(_read_answer(pid, answer, wall=wall) + "\n")
        sys.stdout.flush()


def _read_answer(pid: int, pipe: int, *, wall: int) -> str:
    """The line that the child wrote, or one that says how it died: over its limit, killed, or crashed."""
    in_time = bool(select.select([pipe], [], [], wall)[0])
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(pipe, "rb") as end:
        written = end.read()
    status = os.waitpid(pid, 0)[1]
    if not in_time:
        return json.dumps({"trouble": "slow"})
    if os.WIFSIGNALED(status):
        return json.dumps(_DEATHS.get(os.WTERMSIG(status), _CRASHED))
    return written.decode() or json.dumps(_MISTAKE)


if __name__ == "__main__":
    prepare_process()
    serve(**dict(zip(("memory", "cpu", "wall"), map(int, sys.argv[1:]), strict=True)))
