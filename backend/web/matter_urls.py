"""The paths of the pages on which matters are done: the inbox, the lists, one matter."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import inbox, matter_lists, matters, supervised

pages: list[URLPattern] = [
    path("desk/", inbox.page, name="inbox"),
    path("desk/hand-over/", inbox.hand_assignments_over, name="hand-over"),
    path("desk/matters/", matters.index, name="matters"),
    path("desk/exports/", matter_lists.order_export_view, name="matter-exports"),
    path("desk/exports/<uuid:pk>/", matter_lists.show_export, name="matter-export"),
    path("desk/exports/<uuid:pk>/file/", matter_lists.download_export, name="matter-export-file"),
    path("desk/filters/", matter_lists.save_filter_view, name="filter-save"),
    path("desk/filters/<int:pk>/rename/", matter_lists.rename_filter_view, name="filter-rename"),
    path("desk/filters/<int:pk>/delete/", matter_lists.delete_filter_view, name="filter-delete"),
    path("desk/matters/<int:pk>/", matters.show_matter, name="matter"),
    path("desk/matters/<int:pk>/decide/", matters.take_decision, name="decide"),
    path("desk/matters/<int:pk>/take-back/", matters.undo_step, name="take-back"),
    path(
        "desk/matters/<int:pk>/assignments/<int:assignment>/claim/",
        matters.claim_assignment_view,
        name="claim",
    ),
    path(
        "desk/matters/<int:pk>/assignments/<int:assignment>/release/",
        matters.release_assignment_view,
        name="release",
    ),
    path(
        "desk/matters/<int:pk>/assignments/<int:assignment>/signers/",
        matters.ask_signer,
        name="ask-signer",
    ),
    path("desk/supervised/", supervised.show_board, name="supervised"),
    path("desk/supervised/new/", supervised.order_task_view, name="supervised-new"),
    path(
        "desk/supervised/<int:pk>/proofs/", supervised.add_proof_view, name="supervised-add-proof"
    ),
    path(
        "desk/supervised/<int:pk>/proofs/", supervised.add_proof_view, name="supervised-add-proof"
    ),
    path(
        "desk/supervised/<int:pk>/proofs/<uuid:proof>/",
        supervised.download_proof,
        name="supervised-proof",
    ),
]
