"""Fixtures that several files of this folder use."""

from tests.fixtures.workflows import sandbox
