"""Fixtures that several files of this folder use."""

from tests.fixtures.pages import site
from tests.fixtures.sentences import kept, plotted
