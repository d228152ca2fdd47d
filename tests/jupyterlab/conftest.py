"""Fixtures that several files of this folder use."""

from tests.fixtures.server import served, user
