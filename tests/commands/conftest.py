"""Fixtures that several files of this folder use."""

from tests.fixtures.checked import whole
from tests.fixtures.previewed import root
