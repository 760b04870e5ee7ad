"""Sending what waits, when something was said and every minute."""

from __future__ import annotations

from celery import shared_task

from backend.notifications.delivery import send_waiting_messages


@shared_task(ignore_result=True)
def send_waiting() -> int:
    """Sends the messages that are due; several at once share them."""
    return send_waiting_messages()
