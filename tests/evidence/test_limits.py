"""What is taken in can be drawn, under one limit; what fails is ours unless the photo is at fault."""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import signal

import pytest
from celery.exceptions import Retry
from PIL import Image

from backend.evidence import sandbox
from backend.evidence.access import photo_url
from backend.evidence.models import MOST_DRAW_TRIES, File, Rendition
from backend.evidence.picture_endings import carries_something_else, end_of_picture
from backend.evidence.refusals import TryAgain
from backend.evidence.tasks import deliver_spooled, make_renditions
from backend.lib.problems import Refused
from tests.evidence.pictures import picture, png_bomb
from tests.evidence.test_deliver import _age
from tests.evidence.test_trouble import _death

KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_pictures_are_taken_and_drawn(send, kind):
    for width, height in [(1, 1), (1, 16), (7, 7), (8, 3), (9, 17), (16, 1)]:
        file = send(picture(kind, size=(width, height)))
        assert (file.width, file.height) == (width, height)
        assert file.renditions.count() == 2


def test_an_exception_of_our_own_says_nothing_of_the_photo():
    assert _death(lambda: os._exit(1)) == {"trouble": "mistake"}


def test_such_a_photo_is_asked_for_again_and_not_called_damaged(send, monkeypatch):
    monkeypatch.setattr(sandbox.Prober, "ask", lambda *_asked: {"trouble": "mistake"})
    with pytest.raises(TryAgain):
        send(picture())


def test_random_bytes_behind_a_picture_are_no_page():
    body = picture()
    end = end_of_picture(body, "image/jpeg")
    for seed in range(200):
        film = b"\0\0\0\x18ftypmp42" + random.Random(seed).randbytes(1 << 19) + b"<%@\x91"
        assert not carries_something_else(body + film, end), seed


@pytest.mark.parametrize(
    "page", [b"<%@ page import", b"<%@page language", b"<?php x", b"<script>", b"<!doctype html>"]
)
def test_a_page_behind_a_picture_is_one(page):
    body = picture()
    assert carries_something_else(body + b"\0" * 99 + page, len(body))


def test_a_large_jpeg_that_is_decoded_small_is_taken_and_drawn(send):
    body = io.BytesIO()
    Image.new("L", (15_000, 13_400), 90).save(body, "JPEG", quality=30)
    file = send(body.getvalue())
    assert (file.width * file.height, file.renditions.count()) == (201_000_000, 2)


def test_a_png_within_the_limit_is_drawn_outside_of_the_worker(send):
    before = _peak()
    file = send(png_bomb(9_900))
    assert file.renditions.count() == 2
    assert _peak() - before < 100 << 10


def test_a_png_beyond_it_is_refused(send):
    with pytest.raises(Refused, match="photo-bomb"):
        send(png_bomb(10_100))


def test_a_picture_that_cannot_be_drawn_is_kept_and_said_to_be_so(send, lin, monkeypatch):
    file = send(picture())
    file.renditions.all().delete()
    File.objects.filter(pk=file.pk).update(draw_tries=0)
    monkeypatch.setattr(sandbox.Prober, "ask", lambda *_asked: {"refusal": "photo-bomb"})
    make_renditions(str(file.pk))
    _age(file, minutes=5)
    deliver_spooled()
    file.refresh_from_db()
    assert (file.renditions.count(), file.draw_tries) == (0, MOST_DRAW_TRIES)
    with pytest.raises(Refused, match="photo-not-shown"):
        photo_url(user=lin, file=file, may_see=lambda *_who: True, kind=Rendition.Kind.SCREEN)


def test_a_picture_that_ends_its_worker_is_begun_five_times_and_no_more(send, monkeypatch):
    file = send(picture())
    file.renditions.all().delete()
    File.objects.filter(pk=file.pk).update(draw_tries=0)
    begun = []

    def die(*_asked):
        begun.append(1)
        raise TryAgain

    monkeypatch.setattr(sandbox, "draw_in_sandbox", die)
    for _redelivery in range(9):
        with (
            pytest.raises((TryAgain, Retry))
            if len(begun) < MOST_DRAW_TRIES
            else contextlib.nullcontext()
        ):
            make_renditions(str(file.pk))
    assert len(begun) == MOST_DRAW_TRIES


def test_a_decoder_that_crashes_is_the_photos_fault():
    assert _death(lambda: os.kill(os.getpid(), signal.SIGSEGV)) == {"refusal": "photo-damaged"}


def _peak() -> int:
    """The most memory that this process ever held, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
