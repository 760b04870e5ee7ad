"""Lets a process that may die look at a stranger's picture and draw it; no other decodes one."""

from __future__ import annotations

import atexit
import base64
import collections
import json
import logging
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.evidence.formats import PILLOW_FORMATS
from backend.evidence.office_files import PDF
from backend.evidence.refusals import TryAgain
from backend.evidence.renditions import DrawnJpeg

logger = logging.getLogger(__name__)

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space: a picture of 100 megapixels takes 400 MB and its decoder as much again."""
CPU = 15
"""Seconds of processor time; the largest photo of a phone takes about one, and two to draw."""
WALL = 30
"""Seconds of waiting."""

_ONCE_MORE = frozenset({"machine", "killed"})
_ROOT = Path(__file__).resolve().parents[2]
_GRACE = 5


def probe_in_sandbox(path: Path, media_type: str, *, max_pixels: int) -> dict[str, Any]:
    """Size, orientation and EXIF of a picture, or ``{"refusal": code}``; see ``probe.probe_picture``.

    What may be trouble of this machine is tried once more, but for slowness: that took its time.
    Raises TryAgain where it stays, but a picture whose opener is killed twice counts as a bomb.
    """
    if media_type not in PILLOW_FORMATS:
        return {"refusal": "photo-type"}
    return _ask_with_retry(path, {"media_type": media_type, "max_pixels": max_pixels})


def draw_in_sandbox(path: Path, media_type: str, boxes: Mapping[str, int]) -> dict[str, DrawnJpeg]:
    """A JPEG for each name whose longer side is at most the given pixels; see ``renditions.draw_renditions``.

    Under the limits of looking: what was taken in can be drawn. Raises Undrawable where it cannot
    all the same, and TryAgain.
    """
    answer = _ask_with_retry(path, {"media_type": media_type, "boxes": dict(boxes)})
    if "refusal" in answer:
        raise Undrawable(answer["refusal"])
    return {
        name: DrawnJpeg(base64.b64decode(one["body"]), one["width"], one["height"])
        for name, one in answer.items()
    }


def probe_file_in_sandbox(path: Path, media_type: str) -> dict[str, Any]:
    """The pages of a PDF or DOCX, or ``{"refusal": code}``; see ``office_files.probe_office_file``.

    As with a picture, what kills its opener twice counts as a bomb. Raises TryAgain.
    """
    seen = _ask_with_retry(path, {"media_type": media_type})
    if "refusal" in seen:
        seen["refusal"] = str(seen["refusal"]).replace("photo-", "file-")
    return seen


def draw_pages_in_sandbox(path: Path, first: int, most: int) -> tuple[int, list[bytes]]:
    """How many pages a PDF has, and ``most`` of them from ``first`` as WebP; see ``page_pictures``.

    Raises Undrawable where it cannot be drawn within the limits, and TryAgain.
    """
    answer = _ask_with_retry(path, {"media_type": PDF, "first": first, "most": most})
    if "refusal" in answer:
        raise Undrawable(answer["refusal"])
    return answer["pages"], [base64.b64decode(one) for one in answer["drawn"]]


class Undrawable(Exception):
    """The picture cannot be drawn within the limits; carries the code of the reason."""


def _ask_with_retry(path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer of the prober, asked once more where this machine may be to blame. Raises TryAgain."""
    question = {"path": str(path), **asked}
    answer = _ask_prober(question)
    if answer.get("trouble") in _ONCE_MORE:
        answer = _ask_prober(question)
    trouble = answer.get("trouble")
    if trouble is None:
        return answer
    if trouble == "killed":
        return {"refusal": "photo-bomb"}
    logger.error("photo %s could not be looked at: %s", path.name, trouble)
    raise TryAgain


def _ask_prober(question: dict[str, Any]) -> dict[str, Any]:
    """The answer of a prober; one that is dead or stuck is ended."""
    try:
        prober = _idle_prober()
    except OSError:
        return {"trouble": "machine"}
    answer = prober.ask(question)
    if answer is None:
        prober.stop()
        return {"trouble": "machine"}
    _idle.append(prober)
    return answer


class Prober:
    """One running ``backend.evidence.probe``; serves one question at a time."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no outside words
            [sys.executable, "-m", "backend.evidence.probe", str(MEMORY), str(CPU), str(WALL)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"},
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """The answer, or None from a prober that is dead or stuck."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            return None
        ready = select.select([process.stdout], [], [], WALL + _GRACE)[0]
        line = process.stdout.readline() if ready else b""
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def is_usable(self) -> bool:
        """Whether the prober lives and belongs to this process, not to the one that this was forked from."""
        return self.owner == os.getpid() and self._process.poll() is None

    def stop(self) -> None:
        """Kill the prober, whatever it does."""
        self._process.kill()
        self._process.communicate()


_idle: collections.deque[Prober] = collections.deque()


@atexit.register
def _stop_probers() -> None:
    """Stop the idle probers when this process ends."""
    while _idle:
        prober = _idle.pop()
        if prober.is_usable():
            prober.stop()


def _idle_prober() -> Prober:
    """An idle prober, or a new one; there are never more of them than threads that ask."""
    while _idle:
        try:
            prober = _idle.pop()
        except IndexError:  # another thread was quicker
            break
        if prober.is_usable():
            return prober
    return Prober()
