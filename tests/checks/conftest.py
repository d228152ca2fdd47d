"""Fixtures that several files of this folder use."""

from tests.fixtures.checked import whole
from tests.fixtures.sentences import kept, plotted
from tests.fixtures.translated import root, template
