"""Checks of the English and of translations: a function each, in one registry, run by `runner`."""

# Each of these registers its checks when it is imported.
from course.checks import characters, file, locale, source, status, structure, waivers, words

__all__ = ["characters", "file", "locale", "source", "status", "structure", "waivers", "words"]
