"""The error that all helpers raise."""


class DataError(ValueError):
    """Data or arguments that cannot be used: one line, with what to do next (lesson 03)."""
