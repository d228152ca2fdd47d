"""Fixtures that several files of this folder use."""

from tests.fixtures.built import built, copy
