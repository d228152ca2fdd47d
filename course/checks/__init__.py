"""Checks of the English and of translations: registered functions, run by `runner`."""

# Importing these modules registers their checks.
from course.checks import characters, file, locale, source, status, structure, waivers, words

__all__ = ["characters", "file", "locale", "source", "status", "structure", "waivers", "words"]
