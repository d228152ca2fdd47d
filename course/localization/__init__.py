"""Localized lessons: translations aligned with the English, synchronized, and counted."""
