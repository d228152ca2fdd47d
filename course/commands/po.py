"""`course po`: exchange translations with PO editors."""

import argparse
from pathlib import Path

from course.commands import add_locales, choose_locales, open_course
from course.files import show
from course.localization.po import export_all, import_po


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course po`."""
    verbs = parser.add_subparsers(metavar="export|import", required=True, dest="direction")
    out = verbs.add_parser("export", help="write PO files, one for a locale and lesson")
    add_locales(out, "locales to export")
    out.add_argument("--out", metavar="DIR", type=Path, help="default: build/po")
    back = verbs.add_parser("import", help="bring PO files back into the translations")
    back.add_argument("files", metavar="FILE", nargs="+", type=Path)


def command(arguments: argparse.Namespace) -> int:
    """Export or import, and print the written files."""
    course = open_course(arguments.course)
    if arguments.direction == "import":
        for path in arguments.files:
            print("\n".join(import_po(course, path)))
        return 0
    folder = (arguments.out or course.root / "build" / "po").absolute()
    for path, written in export_all(course, choose_locales(course, arguments.locales), folder):
        print(f"{show(path, course.root)}{'' if written else '  nothing to change'}")
    return 0
