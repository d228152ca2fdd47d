"""Settings of Sphinx for every locale; what differs is in site.json beside the sources."""

import json
import sys
from pathlib import Path

from course.site.frame import DARK, LIGHT

# Without this, jsonschema compiles a grammar of addresses, which takes a second and which no
# notebook of ours needs: they were read and checked before.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

_HERE = Path(__file__).parent
_SITE = json.loads(Path("site.json").read_text(encoding="utf-8"))  # Sphinx stands in the sources

project = _SITE["context"]["t"]["title"]
root_doc = _SITE["root"]
exclude_patterns = ["out", "doctrees", "jupyter_execute"]
extensions = ["myst_nb", "course.site.extension"]
source_suffix = {".ipynb": "myst-nb"}
nb_execution_mode = "off"
nb_merge_streams = False
myst_enable_extensions: list[str] = []
suppress_warnings = ["myst.header", "misc.highlighting_failure", "toc.not_included"]

html_theme = "furo"
templates_path = [str(_HERE / "templates")]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_permalinks = False
html_search_options: dict[str, str] = {}
pygments_style = LIGHT
pygments_dark_style = DARK
