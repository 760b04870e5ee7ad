"""The paths of the REST interface."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from backend.api import converters  # noqa: F401 - registers the path converters
from backend.api.absences import AbsenceResource
from backend.api.accounts import AccountResource
from backend.api.address_book import AddressBookResource, ContactView
from backend.api.announcements.receipts import (
    AnnouncementOfficeResource,
    AnnouncementReceiptResource,
)
from backend.api.announcements.views import AnnouncementResource
from backend.api.approvals.public import DecisionResource, GuideResource
from backend.api.approvals.views import (
    ApplicationResource,
    CertificateResource,
    SentFileResource,
)
from backend.api.authorities import AuthorityResource
from backend.api.calendars.duties import DutyResource, DutySwapResource
from backend.api.calendars.feed import FeedView
from backend.api.calendars.holidays import HolidayDutyView
from backend.api.calendars.meetings import MeetingResource, ParticipantResource
from backend.api.calendars.rooms import MeetingRoomResource
from backend.api.calendars.rosters import DutyDeskResource, RosterResource, ShiftResource
from backend.api.cases import CaseResource
from backend.api.categories import CategoryResource
from backend.api.checklists import ChecklistResource
from backend.api.deadlines import DeadlineRuleResource, DueDayView
from backend.api.defects import DefectResource
from backend.api.deliveries import DeliveryResource
from backend.api.distributions import DistributionResource, ReceiptResource
from backend.api.documents.views import (
    DocumentKindResource,
    DocumentResource,
    DocumentSearchResource,
)
from backend.api.entities import EntityResource
from backend.api.holidays import HolidayYearResource
from backend.api.hotline.views import (
    ClusterResource,
    HotSpotResource,
    LetterResource,
    ReporterLookResource,
)
from backend.api.imports import ImportResource
from backend.api.incoming import IncomingResource
from backend.api.inspection_bodies import BodyResource
from backend.api.inspectors import InspectorResource
from backend.api.jobs import JobResource
from backend.api.labels import LabelJobResource
from backend.api.looks import LookResource
from backend.api.mappings import MappingResource
from backend.api.matters.assignments import AssignmentResource
from backend.api.matters.lists import ExportResource, SavedFilterResource
from backend.api.matters.views import MatterResource
from backend.api.memberships import InvitationResource, MembershipResource
from backend.api.nearby.views import NearbyResource
from backend.api.not_found import not_found_response
from backend.api.notifications import NotificationResource, WishesView
from backend.api.offices import OfficeResource
from backend.api.paper_series import SeriesResource, TemplateResource
from backend.api.paper_services import PaperServiceResource
from backend.api.papers import PaperResource
from backend.api.parked_items import ParkedItemResource
from backend.api.people import PersonResource
from backend.api.posts import PostResource, SubstitutionResource
from backend.api.public_places import PublicPlaceResource
from backend.api.records.views import RecordResource
from backend.api.regions import RegionResource
from backend.api.reports import ReportResource
from backend.api.risk.views import RegionRiskView, RegionTableView, UnitRiskView
from backend.api.sign_ins import SignInResource
from backend.api.supervised_tasks.views import SupervisedTaskResource
from backend.api.tags import BatchResource, TagResource
from backend.api.tasks import TaskResource
from backend.api.tokens import ProgramTokenResource
from backend.api.units.past_state import UnitStateView
from backend.api.units.views import UnitResource

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("units/<key:unit>/records", RecordResource, basename="records")
router.register("units", UnitResource, basename="units")
router.register("categories", CategoryResource, basename="categories")
router.register("regions", RegionResource, basename="regions")
router.register("authorities", AuthorityResource, basename="authorities")
router.register("entities/<key:entity>/memberships", MembershipResource, basename="memberships")
router.register("invitations", InvitationResource, basename="invitations")
router.register("entities", EntityResource, basename="entities")
router.register("accounts", AccountResource, basename="accounts")
router.register("offices", OfficeResource, basename="offices")
router.register("posts", PostResource, basename="posts")
router.register("substitutions", SubstitutionResource, basename="substitutions")
router.register("people", PersonResource, basename="people")
router.register("inspection-bodies", BodyResource, basename="inspection-bodies")
router.register("tags/batches", BatchResource, basename="tag-batches")
router.register("tags", TagResource, basename="tags")
router.register("label-jobs", LabelJobResource, basename="label-jobs")
router.register("import-mappings", MappingResource, basename="import-mappings")
router.register("imports", ImportResource, basename="imports")
router.register("checklists", ChecklistResource, basename="checklists")
router.register("held-items", ParkedItemResource, basename="held-items")
router.register("cases", CaseResource, basename="cases")
router.register("defects", DefectResource, basename="defects")
router.register("reports", ReportResource, basename="reports")
router.register("matters/exports", ExportResource, basename="matter-exports")
router.register("matters/filters", SavedFilterResource, basename="matter-filters")
router.register("matters", MatterResource, basename="matters")
router.register("assignments", AssignmentResource, basename="assignments")
router.register("tasks", TaskResource, basename="tasks")
router.register("risk/inspectors", InspectorResource, basename="risk-inspectors")
router.register("tokens", ProgramTokenResource, basename="tokens")
router.register("sign-ins", SignInResource, basename="sign-ins")
router.register("jobs", JobResource, basename="jobs")
router.register("papers/<key:paper>/services", PaperServiceResource, basename="paper-services")
router.register("papers", PaperResource, basename="papers")
router.register("paper-series", SeriesResource, basename="paper-series")
router.register("paper-templates", TemplateResource, basename="paper-templates")
router.register("incoming", IncomingResource, basename="incoming")
router.register("deliveries", DeliveryResource, basename="deliveries")
router.register("distributions/<key:distribution>/deliveries", ReceiptResource, basename="receipts")
router.register("distributions", DistributionResource, basename="distributions")
router.register("documents/kinds", DocumentKindResource, basename="document-kinds")
router.register("documents/search", DocumentSearchResource, basename="document-search")
router.register("documents", DocumentResource, basename="documents")
router.register("supervised-tasks", SupervisedTaskResource, basename="supervised-tasks")
router.register("nearby", NearbyResource, basename="nearby")
router.register("hotline/letters", LetterResource, basename="hotline-letters")
router.register("hotline/looks", ReporterLookResource, basename="hotline-looks")
router.register("hotline/hot-spots", HotSpotResource, basename="hotline-hot-spots")
router.register("hotline/clusters", ClusterResource, basename="hotline-clusters")
router.register("application-guides", GuideResource, basename="application-guides")
router.register("application-decisions", DecisionResource, basename="application-decisions")
router.register("applications", ApplicationResource, basename="applications")
router.register("application-files", SentFileResource, basename="application-files")
router.register("certificates", CertificateResource, basename="certificates")
router.register("looks", LookResource, basename="looks")
router.register("notifications", NotificationResource, basename="notifications")
router.register("holiday-years", HolidayYearResource, basename="holiday-years")
router.register("deadline-rules", DeadlineRuleResource, basename="deadline-rules")
router.register("meeting-rooms", MeetingRoomResource, basename="meeting-rooms")
router.register("meetings/<key:meeting>/participants", ParticipantResource, basename="participants")
router.register("meetings", MeetingResource, basename="meetings")
router.register("duty-shifts", ShiftResource, basename="duty-shifts")
router.register("duty-desks", DutyDeskResource, basename="duty-desks")
router.register("duty-rosters", RosterResource, basename="duty-rosters")
router.register("duty-swaps", DutySwapResource, basename="duty-swaps")
router.register("duties", DutyResource, basename="duties")
router.register("public-places", PublicPlaceResource, basename="public-places")
router.register("absences", AbsenceResource, basename="absences")
router.register(
    "announcements/<key:announcement>/receipts",
    AnnouncementReceiptResource,
    basename="announcement-receipts",
)
router.register(
    "announcements/<key:announcement>/offices",
    AnnouncementOfficeResource,
    basename="announcement-offices",
)
router.register("announcements", AnnouncementResource, basename="announcements")
router.register("address-book", AddressBookResource, basename="address-book")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("v1/units/<key:unit>/state", UnitStateView.as_view(), name="unit-state"),
    path("v1/risk/units/<key:unit>", UnitRiskView.as_view(), name="risk-unit"),
    path("v1/risk/regions/<region:code>", RegionRiskView.as_view(), name="risk-region"),
    path("v1/risk/regions/<region:code>/table", RegionTableView.as_view(), name="risk-table"),
    path("v1/notification-wishes", WishesView.as_view(), name="notification-wishes"),
    path("v1/calendar-feed", FeedView.as_view(), name="calendar-feed"),
    path("v1/holiday-duty", HolidayDutyView.as_view(), name="holiday-duty"),
    path("v1/contact", ContactView.as_view(), name="contact"),
    path("v1/due-day", DueDayView.as_view(), name="due-day"),
    path("v1/", include(router.urls)),
    re_path(r"^.*$", not_found_response),
]
