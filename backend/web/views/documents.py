"""Official documents at the desk: the list and the search, the draft, its attachments, its PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.rights import Right
from backend.documents.attachments import attach_file, remove_attachment
from backend.documents.drafts import OPEN_NODES, draft_document, edit_document
from backend.documents.models import Attachment, Document
from backend.documents.search import locate_first_word, search_documents
from backend.documents.sheet import render_document
from backend.lib.problems import Refused
from backend.matters.steps import Sending
from backend.papers.downloads import download_pdf
from backend.web.forms.documents import AttachForm, DocumentForm, SearchForm, fill_in
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_page

_drafters = right_required(Right.DRAFT_DOCUMENTS)
_MOST_FOUND = 50


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The documents that the reader sees, newest first; those that were looked for, best first."""
    user, form = signed_in_user(request), SearchForm(request.GET)
    text = form.cleaned_data.get("text", "") if form.is_valid() else ""
    context: dict[str, Any] = {"form": form, "text": text}
    if text:
        rows = search_documents(user, text).select_related("kind", "matter__office")
        found = rows.order_by("-rank", "-pk")[:_MOST_FOUND]
        context["found"] = [(one, locate_first_word(one, text)) for one in found]
    else:
        seen = Document.objects.visible_to(user).select_related("kind", "matter__office")
        context["page"] = read_page(seen, request.GET)
    return render(request, "web/documents/list.html", context)


@_drafters
@require_http_methods(["GET", "HEAD", "POST"])
def draft_document_view(request: HttpRequest) -> HttpResponse:
    """The form of a draft; once sent, the page of its matter."""
    user = signed_in_user(request)
    form = DocumentForm(user, request.POST or None, initial={"version": 1})
    if form.is_valid():
        with tell_refusals_in(form):
            key = form.cleaned_data["key"]
            document, _made = draft_document(
                actor=user, office=None, wording=form.wording(), key=key
            )
            messages.success(
                request, _("Drafted. Look at it as it will be printed, and submit it.")
            )
            return redirect("web:matter", document.pk)
    return _render_form(request, form, None)


@_drafters
@require_http_methods(["GET", "HEAD", "POST"])
def edit_document_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft that is written anew, with its attachments."""
    user, document = signed_in_user(request), _get_document(request, pk)
    if document.matter.place.get("node") not in OPEN_NODES:
        messages.error(request, _("Its text stays as it is from here on."))
        return redirect("web:matter", pk)
    form = DocumentForm(user, request.POST or None, initial=fill_in(document))
    if form.is_valid():
        with tell_refusals_in(form):
            _edit_draft(document, form)
            messages.success(request, _("Kept."))
            return redirect("web:matter", pk)
    return _render_form(request, form, document)


@_drafters
@require_POST
def attach_file_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written meanwhile, attach a file, and go back to the form of the draft."""
    user, document = signed_in_user(request), _get_document(request, pk)
    form = DocumentForm(user, request.POST, initial=fill_in(document))
    attaching = AttachForm(user, request.POST, request.FILES)
    if form.is_valid() and attaching.is_valid():
        with tell_refusals_in(form):
            _keep_what_was_written(document, form)
            form = DocumentForm(user, initial=fill_in(_get_document(request, pk)))
            with tell_refusals_in(attaching):
                sent = attaching.facts()
                sending = Sending(attaching.cleaned_data["key"], [pk, "attach"])
                attach_file(
                    actor=user, document=pk, version=None, title=sent["title"], sent=sent["file"],
                    sending=sending,
                )  # fmt: skip
                return redirect("web:document-edit", pk)
    return _render_form(request, form, document, attaching)


@_drafters
@require_POST
def detach_file_view(request: HttpRequest, pk: int, attachment: str) -> HttpResponse:
    """Keep what was written meanwhile, take an attachment off, and go back to the form of the draft."""
    user, document = signed_in_user(request), _get_document(request, pk)
    form = DocumentForm(user, request.POST, initial=fill_in(document))
    if form.is_valid():
        with tell_refusals_in(form):
            _keep_what_was_written(document, form)
            remove_attachment(actor=user, document=pk, version=None, attachment=str(attachment))
            return redirect("web:document-edit", pk)
    return _render_form(request, form, document)


@login_required
@require_safe
def download_attachment(request: HttpRequest, pk: int, attachment: str) -> HttpResponse:
    """A redirect to an attachment, as a download."""
    found = get_object_or_404(Attachment, document=_get_document(request, pk), pk=attachment)
    return redirect(found.file.url)


@login_required
@never_cache
@require_safe
def download_pdf_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The issued PDF, else what would be printed now."""
    document = _get_document(request, pk)
    try:
        if document.paper is not None and document.paper.pdf_key:
            return redirect(download_pdf(actor=signed_in_user(request), paper=document.paper.pk))
        content = render_document(document)
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("web:matter", pk)
    name = {"Content-Disposition": f'inline; filename="document-{pk}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=name)


def _keep_what_was_written(document: Document, form: DocumentForm) -> None:
    """Write the draft anew where the form says anything else."""
    if form.is_written():
        _edit_draft(document, form)


def _edit_draft(document: Document, form: DocumentForm) -> None:
    edit_document(
        actor=form.user,
        document=document.pk,
        version=form.cleaned_data["version"],
        wording=form.wording(),
        sending=Sending(form.cleaned_data["key"], [document.pk, "edit"]),
    )


def _get_document(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(signed_in_user(request))
    return get_object_or_404(rows.select_related("kind", "matter__office", "paper"), pk=pk)


def _render_form(
    request: HttpRequest,
    form: DocumentForm,
    document: Document | None,
    attaching: AttachForm | None = None,
) -> HttpResponse:
    user = signed_in_user(request)
    if document is not None and attaching is None:
        attaching = AttachForm(user)
    bound = form.is_bound or bool(attaching and attaching.is_bound)
    context = {"form": form, "document": document, "attaching": attaching}
    return render(request, "web/documents/draft.html", context, status=422 if bound else 200)
