"""Letters about the same thing are suggested for joining; each caller still gets his own answer."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from backend.accounts.models import User
from backend.hotline.likeness import WINDOW, list_like_letters
from backend.hotline.models import HotlineMatter
from backend.hotline.public_answers import get_followed_matter, public_answer
from backend.hotline.sealed_identity import answer_code
from backend.matters.models import Link, Matter
from tests.hotline.cast import HotlineCast
from tests.hotline.test_story import step

pytestmark = pytest.mark.django_db
HEATER = {"facts": {"product_name": "即热式热水器"}, "account": "热水器漏电"}


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pressing(page: str, number: str) -> dict[str, str]:
    """What the button that joins with the letter of this number sends."""
    form = next(one for one in re.findall(r"(?s)<form.*?</form>", page) if f"与 {number}" in one)
    fields = re.findall(r'name="(key|version|lead)" value="([^"]+)"', form)
    return dict(fields)


def test_letters_of_one_unit_are_joined_by_a_button_and_answered_each_for_itself(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    [first] = cast.send(natures=("question",), unit=cast.world.lift, account="电梯停了吗")
    [second] = cast.send(natures=("question",), unit=cast.world.lift, account="电梯何时修好")
    desk = desk_of(cast.operator)
    page = f"/desk/matters/{second.pk}/"
    sent = pressing(desk.get(page, headers={"Accept-Language": "zh-CN"}).content.decode(),
                    first.matter.number or "")  # fmt: skip
    for _click in range(2):
        assert desk.post(f"/desk/hotline/{second.pk}/join/", sent)["Location"] == page
    link = Link.objects.get(kind="joined-with")
    assert (link.matter, link.other) == (second.matter, first.matter)
    assert first.matter.steps.filter(action="join").count() == 1
    assert "并案</button>" not in desk.get(page).content.decode()

    for child, answer in ((first, "停了。"), (second, "明日修好。")):
        step(cast.operator, child.matter, "answer", remark="已答复", details={"answer": answer})
        number = child.matter.number or ""
        assert public_answer(get_followed_matter(number, answer_code(number)))["answer"] == answer


def test_same_product_and_place_within_the_window_are_alike(hotline_cast: HotlineCast) -> None:
    cast = hotline_cast
    [mine] = cast.send(**HEATER)
    [like] = cast.send(**HEATER)
    [far] = cast.send(**HEATER | {"position": Point(117.08, 36.65, srid=4326)})
    [old] = cast.send(**HEATER)
    before = old.matter.received_at - WINDOW - dt.timedelta(days=1)
    Matter.objects.filter(pk=old.pk).update(received_at=before)
    [other_thing] = cast.send(facts={"product_name": "电饭锅"})
    cast.send(natures=("report",), **HEATER)
    spam = cast.send(**HEATER)[0]
    HotlineMatter.objects.filter(pk=spam.pk).update(spam=True)
    assert far.pk != other_thing.pk
    assert list_like_letters(cast.operator, mine) == [like]
    assert list_like_letters(cast.neighbour_handler, mine) == []


def test_what_is_not_alike_and_what_has_changed_is_told_and_not_joined(
    hotline_cast: HotlineCast,
) -> None:
    cast = hotline_cast
    [mine], [like], [other] = (cast.send(**told) for told in (HEATER, HEATER, {}))
    desk, path = desk_of(cast.operator), f"/desk/hotline/{mine.pk}/join/"
    wrong = ({"lead": other.pk}, {"lead": like.pk, "version": 9}, {"lead": "x"})
    for change in wrong:
        sent = {"key": str(uuid.uuid4()), "version": 1} | change
        assert 'class="notice"' in desk.post(path, sent, follow=True).content.decode()
    assert desk_of(cast.county_handler).post(path, {"lead": like.pk}).status_code == 403
    assert not Link.objects.filter(kind="joined-with").exists()
