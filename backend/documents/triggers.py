"""What the database keeps of a signed document, whoever writes: its text, its parties, its attachments."""

from __future__ import annotations

from typing import Any

import pgtrigger

_SUBSTANCE = (
    "kind_id",
    "direction",
    "title",
    "body",
    "signer_id",
    "secrecy",
    "secret_years",
    "ends_id",
    "ending",
)
_FROZEN_ROW = """
    IF EXISTS (SELECT 1 FROM documents_document d WHERE d.frozen_sha256 <> ''
               AND d.matter_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.document_id END,
                                   CASE WHEN TG_OP <> 'DELETE' THEN NEW.document_id END)) THEN
        RAISE EXCEPTION 'the document is signed: its text and attachments stay as they are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def _differs_sql(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def document_triggers() -> tuple[Any, ...]:
    """The triggers that keep the substance while it is frozen, and all that is signed from the number on.

    Whoever changes it must take the signature back first, by an update of its own.
    """
    return (
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="frozen",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                f"OLD.frozen_sha256 <> '' AND {_differs_sql(*_SUBSTANCE)}"
            ),
        ),
        pgtrigger.Protect(
            name="numbered_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                "OLD.paper_id IS NOT NULL AND "
                + _differs_sql("paper_id", "number", "frozen_sha256", "signed_by_id", "signed_on")
            ),
        ),
    )


def part_trigger() -> Any:
    """The trigger of what belongs to a document: nothing comes, goes or changes while it is frozen."""
    return pgtrigger.Trigger(
        name="frozen_with_document",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_FROZEN_ROW,
    )
