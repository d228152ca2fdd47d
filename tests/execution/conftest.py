"""Fixtures that several files of this folder use."""

from tests.fixtures.runs import one
