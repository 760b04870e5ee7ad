"""The paths of the pages on which clerks keep the register, the tags, the imports and field work."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import (
    cases,
    imports,
    month,
    new_record,
    offers,
    one_tag,
    parked_items,
    tag_batches,
    unit_entry,
)

pages: list[URLPattern] = [
    path("desk/offers/", offers.offer_entities, name="offers"),
    path("desk/units/new/", unit_entry.page, name="unit-new"),
    path("desk/units/<int:pk>/records/", new_record.page, name="record-new"),
    path("desk/units/<int:pk>/tag/", one_tag.put_tag_on_unit, name="unit-tag"),
    path("desk/tags/", tag_batches.index, name="tags"),
    path("desk/tags/batches/<int:pk>/", tag_batches.show_batch, name="tag-batch"),
    path("desk/tags/jobs/<uuid:pk>/", tag_batches.show_label_job, name="label-job"),
    path("desk/tags/jobs/<uuid:pk>/sheets/", tag_batches.download_sheets, name="label-sheets"),
    path("desk/tags/<str:code>/", one_tag.show_tag, name="one-tag"),
    path("desk/imports/", imports.index, name="imports"),
    path("desk/imports/template/", imports.download_template, name="import-template"),
    path("desk/imports/<uuid:pk>/", imports.show_import, name="import"),
    path("desk/imports/<uuid:pk>/bad-rows/", imports.download_bad_rows, name="import-bad-rows"),
    path("desk/held-items/", parked_items.index, name="held-items"),
    path("desk/held-items/<int:pk>/", parked_items.show_item, name="held-item"),
    path("desk/cases/", cases.index, name="cases"),
    path("desk/cases/<int:pk>/", cases.show_case, name="case"),
    path("desk/month/", month.page, name="month"),
]
