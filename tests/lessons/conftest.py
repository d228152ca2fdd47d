"""Fixtures that several files of this folder use."""

from tests.fixtures.lesson_07 import counts
