"""An application on the phone of its clerk: the pictures that came with it, and its own papers."""

from __future__ import annotations

from backend.evidence.spool import deliver_file
from backend.evidence.tasks import make_renditions
from backend.papers.models import Download
from backend.papers.tasks import make_pdf
from tests.approvals.cast import Hall, step
from tests.mobile_api.conftest import phone_of


def test_what_came_with_it_is_read_on_the_phone_of_who_decides_alone(hall: Hall) -> None:
    enclosed = hall.enclose("product")
    deliver_file(enclosed.file)
    make_renditions(str(enclosed.file.pk))
    application = hall.apply(enclosed=[enclosed])
    phone = phone_of(hall.clerk)
    matter = f"/mobile/v1/matters/{application.pk}"
    listed = phone.get(matter).json()["enclosures"]
    pictures = [one for one in listed if one["media_type"] == "image/jpeg"]
    assert len(pictures) == 1
    path = f"{matter}/enclosures/{pictures[0]['key']}/pages"
    told = phone.get(path).json()
    assert (told["pages"], told["media_type"], len(told["pictures"])) == (1, "image/jpeg", 1)
    assert phone_of(hall.neighbour, "other").get(path).status_code == 404


def test_a_paper_that_is_read_on_a_phone_is_written_down(hall: Hall) -> None:
    application = hall.apply()
    step(hall.clerk, application, "accept")
    paper = application.papers.get().paper
    make_pdf(str(paper.job_id))
    phone = phone_of(hall.clerk)
    path = f"/mobile/v1/matters/{application.pk}/enclosures/paper-{paper.pk}/pages"
    before = Download.objects.filter(paper=paper, user=hall.clerk).count()
    assert phone.get(path).status_code == 200
    assert Download.objects.filter(paper=paper, user=hall.clerk).count() == before + 1
