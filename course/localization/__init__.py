"""Lessons in a locale: translations aligned with the English, kept in step, and counted."""
