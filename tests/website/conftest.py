"""Fixtures that several files of this folder use."""

from tests.fixtures.pages import site
