"""A province, its city and two counties, each with a clerk, and an issued paper of the province."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.deliveries.actions import send_paper
from backend.deliveries.models import Delivery, Distribution
from backend.offices.models import Office
from backend.papers.actions import draft_paper, issue_paper, register_paper
from backend.papers.models import Paper, Series
from backend.papers.series import open_series
from backend.papers.template_files import load_templates
from tests.papers.scenes import FIELDS
from tests.world import World, make_user, office_of


@dataclass
class Mailroom:
    """Who sends and receives where."""

    world: World
    province: Office
    city: Office
    lixia: Office
    shizhong: Office
    province_clerk: User
    city_clerk: User
    lixia_clerk: User
    lixia_mate: User
    lixia_handler: User
    shizhong_clerk: User
    series: Series

    def paper(self) -> Paper:
        """One more issued paper of the province."""
        clerk = self.province_clerk
        paper, _new = draft_paper(
            actor=clerk, office=self.province.pk, template="complaint-acceptance",
            addressee="各市局", fields=FIELDS,
        )  # fmt: skip
        register_paper(actor=clerk, paper=paper.pk, series=self.series.pk)
        return issue_paper(actor=clerk, paper=paper.pk)

    def send(self, *receivers: Office, **changes: Any) -> Distribution:
        """A paper of the province on its way to ``receivers``."""
        asked: dict[str, Any] = {
            "actor": self.province_clerk,
            "sender_office": self.province.pk,
            "receiver_offices": [office.pk for office in receivers],
        } | changes
        if "paper" not in asked:
            asked["paper"] = self.paper().pk
        distribution, _new = send_paper(**asked)
        return distribution

    def delivery(self, receiver: Office, **changes: Any) -> Delivery:
        """What ``receiver`` received of a paper of the province."""
        return self.send(receiver, **changes).deliveries.get(receiver=receiver)


def build_mailroom(world: World) -> Mailroom:
    """Everything above, in the database of the running test."""
    load_templates()
    province, city, lixia, shizhong = (
        office_of(region) for region in (world.province, world.city, world.lixia, world.shizhong)
    )
    keeper = make_user("keeper", Role.ADMINISTRATOR, world.province)
    series, _new = open_series(actor=keeper, office=province.pk, word="鲁质监发")
    return Mailroom(
        world=world,
        province=province,
        city=city,
        lixia=lixia,
        shizhong=shizhong,
        province_clerk=make_user("province-clerk", Role.CLERK, world.province),
        city_clerk=make_user("city-clerk", Role.CLERK, world.city),
        lixia_clerk=make_user("lixia-clerk", Role.CLERK, world.lixia),
        lixia_mate=make_user("lixia-mate", Role.CLERK, world.lixia),
        lixia_handler=make_user("lixia-handler", Role.HANDLER, world.lixia),
        shizhong_clerk=make_user("shizhong-clerk", Role.CLERK, world.shizhong),
        series=series,
    )
