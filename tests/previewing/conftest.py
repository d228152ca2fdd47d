"""Fixtures that several files of this folder use."""

from tests.fixtures.previewed import polish, root
