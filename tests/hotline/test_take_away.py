"""A table of the list of matters tells nothing of who told something."""

from __future__ import annotations

import io
import uuid
import zipfile

import pytest
from django.core.files.storage import default_storage

from backend.jobs.models import Job
from backend.matters.exports import FORMS, order_export
from backend.matters.tasks import write_export
from tests.hotline.cast import ZHANG, HotlineCast


@pytest.mark.parametrize("form", FORMS)
def test_a_table_of_letters_has_no_word_of_the_reporter(
    hotline_cast: HotlineCast, form: str
) -> None:
    number = hotline_cast.write(account=f"我是{ZHANG.name}，电话{ZHANG.phone}，电梯门夹人")
    job = order_export(actor=hotline_cast.operator, form=form, asked={}, key=uuid.uuid4())
    write_export(str(job.pk))
    job = Job.objects.get(pk=job.pk)
    with default_storage.open(job.result["file"]) as file:
        table = file.read()
    if form == "xlsx":
        table = b"".join(zipfile.ZipFile(io.BytesIO(table)).read(n) for n in _sheets(table))
    text = table.decode()
    assert number in text
    assert not [word for word in (ZHANG.name, ZHANG.phone, ZHANG.address) if word in text]


def _sheets(table: bytes) -> list[str]:
    names = zipfile.ZipFile(io.BytesIO(table)).namelist()
    return [name for name in names if name.endswith(".xml")]
