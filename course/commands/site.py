"""`course site`: write the website, and serve it."""

import argparse
import os
import sys
from pathlib import Path

from course.commands import add_locales, choose_locales, open_course, port, positive
from course.errors import UsageError
from course.files import show
from course.website.server import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course site`."""
    add_locales(parser, "locales to build")
    parser.add_argument("--out", metavar="DIR", type=Path, help="default: build/site")
    parser.add_argument(
        "--jobs", "-j", metavar="N", type=positive, default=2, help="locales at once (default: 2)"
    )
    parser.add_argument(
        "--pyodide", action="store_true", help="fetch Pyodide with npm: runs exercises on the page"
    )
    parser.add_argument("--serve", action="store_true", help="then show it, until Ctrl-C")
    parser.add_argument(
        "--port", metavar="N", type=port, default=0, help="of --serve (default: a free one)"
    )


def command(arguments: argparse.Namespace) -> int:
    """Build the site, print its folders, and serve it with `--serve`."""
    course = open_course(arguments.course)
    from course.website.build import build_site
    from course.website.cloud import at_home
    from course.website.pyodide import fetch_pyodide

    course = at_home(course, os.environ)
    out = (arguments.out or course.root / "build" / "site").absolute()
    real = out.resolve()
    sources = [course.notebooks, course.translations]
    if course.root.is_relative_to(real) or any(real.is_relative_to(item) for item in sources):
        raise UsageError(f"--out {arguments.out}: the sources lie there; name another folder")
    work = out.with_name(f"{out.name}-src")
    if arguments.pyodide and (problem := fetch_pyodide(out)):
        print(f"note: exercises can't be run on the page: {problem}", file=sys.stderr)
    locales = choose_locales(course, arguments.locales, source=True)
    for item in build_site(course, locales, out, work, arguments.jobs):
        for warning in item.warnings:
            print(f"warning: {warning}", file=sys.stderr)
        result = f"{item.pages} pages" if item.fresh else "nothing to change"
        print(f"{item.locale.id:8} {show(item.folder, course.root)}  {result}", flush=True)
    if arguments.serve:
        serve(out, arguments.port)
    return 0
