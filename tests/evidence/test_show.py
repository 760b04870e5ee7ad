"""Pictures for showing: upright, small, without metadata; behind a right and a short-lived address."""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request

import pytest
from PIL import Image, ImageCms

from backend.accounts.models import Role, User
from backend.evidence.access import photo_url
from backend.evidence.models import Rendition
from backend.evidence.tasks import make_renditions
from backend.lib.problems import Refused
from media_config import storage
from media_config.presigned import presign_url
from tests.evidence.pictures import halves, picture, sample


def _rendition(file, kind: str) -> Image.Image:
    with storage.open_object(file.renditions.get(kind=kind).key) as body:
        image = Image.open(io.BytesIO(body.read()))
    image.load()
    return image


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(at)
    assert isinstance(value, tuple)
    return value


def _never(user, file) -> bool:
    return False


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_renditions_are_upright(orientation, kind, send):
    file = send(halves(orientation, kind=kind))
    assert (file.width, file.height) == (300, 200)
    shown = _rendition(file, "screen")
    assert shown.size == (300, 200)
    red, _, blue = _pixel(shown, (150, 20))
    assert red > 200 > 60 > blue
    red, _, blue = _pixel(shown, (150, 180))
    assert blue > 200 > 60 > red


@pytest.mark.parametrize(
    "name", ["xmp_test.jpg", "flower.jpg", "exif.png", "exif.avif", "flower.webp"]
)
def test_renditions_carry_no_metadata(name, send):
    file = send(sample(name))
    for rendition in file.renditions.all():
        shown = _rendition(file, rendition.kind)
        assert dict(shown.getexif()) == {}
        assert set(shown.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        with storage.open_object(rendition.key) as body:
            raw = body.read()
        assert not any(
            word in raw for word in (b"Exif", b"http://ns.adobe", b"ICC_PROFILE", b"Canon")
        )


def test_renditions_fit_their_boxes_and_are_never_enlarged(send):
    file = send(picture(size=(4000, 1000)))
    sizes = {r.kind: (r.width, r.height) for r in file.renditions.all()}
    assert sizes == {"screen": (1600, 400), "thumbnail": (320, 80)}
    small = send(picture(size=(100, 50)))
    assert {(r.width, r.height) for r in small.renditions.all()} == {(100, 50)}


def test_other_colours_become_srgb_and_transparency_white(send):
    clear = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(clear, "PNG")
    assert min(_pixel(_rendition(send(clear.getvalue()), "screen"), (5, 5))) > 250
    for mode in ("P", "1", "L", "LA", "I;16"):
        body = io.BytesIO()
        Image.new(mode, (40, 40)).save(body, "PNG")
        assert _rendition(send(body.getvalue()), "screen").mode == "RGB"
    cmyk = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(cmyk, "JPEG")
    red, green, _ = _pixel(_rendition(send(cmyk.getvalue()), "screen"), (5, 5))
    assert red > 200 > 80 > green
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert _rendition(send(picture(icc_profile=lab)), "thumbnail").info.get("icc_profile") is None
    assert _rendition(send(picture(icc_profile=b"broken" * 40)), "thumbnail").mode == "RGB"


def test_renditions_are_made_once(send):
    file = send(picture())
    make_renditions(str(file.pk))
    assert file.renditions.count() == 2


def test_the_uploader_sees_his_own_photo_and_others_only_by_its_record(send, lin):
    file = send(picture())
    chen = User.objects.create(username="chen", role=Role.ENTERPRISE)
    for kind in ("thumbnail", "screen", "original"):
        assert _status(photo_url(user=lin, file=file, kind=kind, may_see=_never)) == 200
        assert _status(photo_url(user=chen, file=file, kind=kind, may_see=lambda u, f: True)) == 200
        with pytest.raises(Refused) as caught:
            photo_url(user=chen, file=file, kind=kind, may_see=_never)
        assert caught.value.status == 404


def test_a_picture_that_is_not_drawn_yet_is_told(send, lin):
    file = send(picture())
    Rendition.objects.all().delete()
    with pytest.raises(Refused) as caught:
        photo_url(user=lin, file=file, may_see=_never)
    assert (caught.value.code, caught.value.status) == ("photo-not-ready", 409)


def test_prefetched_renditions_cost_no_query(send, lin, django_assert_num_queries):
    send(picture())
    file = lin.files.prefetch_related("renditions").get()
    with django_assert_num_queries(0):
        photo_url(user=lin, file=file, kind="thumbnail", may_see=_never)


def test_the_bucket_refuses_whoever_has_no_signature(send, lin):
    file = send(picture())
    address = photo_url(user=lin, file=file, may_see=_never)
    assert _status(address) == 200
    assert _status(address.partition("?")[0]) == 403
    bucket = address.partition("?")[0].rsplit(f"/renditions/{file.pk}", 1)[0]
    assert _status(bucket) == 403


def test_an_address_dies_and_cannot_be_changed(send):
    file = send(picture())
    address = presign_url(file.key, media_type="image/jpeg")
    assert _status(address) == 200
    assert _status(address.replace("inline", "attachment")) == 403
    assert _status(address.replace("image%2Fjpeg", "text%2Fhtml")) == 403
    brief = presign_url(file.key, media_type="image/jpeg", expires_in=1)
    time.sleep(2.1)
    assert _status(brief) == 403


def test_no_address_lives_longer_than_two_minutes():
    assert "X-Amz-Expires=120&" in presign_url("a", media_type="image/jpeg", expires_in=9999) + "&"


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml"])
def test_nothing_active_is_ever_shown_in_place(media_type, send):
    file = send(picture())
    with urllib.request.urlopen(presign_url(file.key, media_type=media_type)) as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_original_is_a_download_under_its_own_name(send, lin):
    file = send(picture(), name="轿厢 1.jpg")
    address = photo_url(user=lin, file=file, kind="original", may_see=_never)
    with urllib.request.urlopen(address) as answer:
        told = answer.headers["Content-Disposition"]
    assert told == "attachment; filename*=UTF-8''%E8%BD%BF%E5%8E%A2%201.jpg"
