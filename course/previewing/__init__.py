"""Live preview for translators: a lesson beside its translation."""
