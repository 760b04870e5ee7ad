"""Entries of the address book as cards for a telephone or a mail program (vCard 3.0, RFC 2426)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.address_book.entries import contact_of
from backend.offices.models import Post

MEDIA_TYPE = "text/vcard; charset=utf-8"
_LONGEST_LINE = 75
"""Bytes; what is longer goes on in the next line, behind a blank (RFC 2426 section 2.6)."""


def write_cards(posts: Iterable[Post]) -> str:
    """A card of each post, with the telephone and the mail at work; nobody's own number is in it."""
    return "".join(f"{_fold(line)}\r\n" for post in posts for line in _list_lines(post))


def _list_lines(post: Post) -> Iterator[str]:
    contact, name = contact_of(post.user), _escape(str(post.user))
    yield from ("BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN:{name}")
    yield f"ORG:{_escape(post.office.name)}"
    yield f"TITLE:{_escape(post.title or post.get_role_display())}"
    if contact.work_phone:
        yield f"TEL;TYPE=WORK,VOICE:{contact.work_phone}"
    if contact.work_mail:
        yield f"EMAIL;TYPE=INTERNET:{_escape(contact.work_mail)}"
    yield "END:VCARD"


def _escape(text: str) -> str:
    for special in "\\;,":
        text = text.replace(special, f"\\{special}")
    return " ".join(text.split())


def _fold(line: str) -> str:
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _LONGEST_LINE:
            parts.append("")
            size = 1
        parts[-1] += character
        size += width
    return "\r\n ".join(parts)
