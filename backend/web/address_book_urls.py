"""The paths of the pages of the address book."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import address_book

pages: list[URLPattern] = [
    path("desk/address-book/", address_book.index, name="address-book"),
    path("desk/address-book/mine/", address_book.edit_own_contact, name="contact"),
    path("desk/address-book/<int:pk>/", address_book.show_entry, name="address-book-entry"),
    path(
        "desk/address-book/<int:pk>/mobile/", address_book.show_mobile, name="address-book-mobile"
    ),
    path("desk/address-book/<int:pk>/vcard/", address_book.download_vcard, name="vcard"),
    path(
        "desk/address-book/offices/<int:pk>/vcards/",
        address_book.download_vcards,
        name="office-vcards",
    ),
]
