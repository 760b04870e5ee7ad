"""What may stand in a path; anything else is no path of ours (404)."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class RegionConverter(StringConverter):
    """The six digits of a region code (GB/T 2260)."""

    regex = "[0-9]{6}"


class CategoryConverter(StringConverter):
    """The four characters of a category code."""

    regex = "[0-9A-Z]{4}"


class TagConverter(StringConverter):
    """The letters and digits of a tag code, hyphens allowed as people type them."""

    regex = "[0-9A-Za-z-]{1,40}"


class KeyConverter(StringConverter):
    """A primary key that fits a bigint."""

    regex = "[0-9]{1,18}"


register_converter(RegionConverter, "region")
register_converter(CategoryConverter, "category")
register_converter(TagConverter, "tag")
register_converter(KeyConverter, "key")
