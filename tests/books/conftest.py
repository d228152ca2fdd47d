"""Fixtures that several files of this folder use."""

from tests.fixtures.books import shelf
