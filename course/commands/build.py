"""`course build`: write the notebooks of each locale."""

import argparse
import sys
from pathlib import Path

from course.building.bundles import bundle, bundle_name
from course.building.notebooks import build
from course.building.pseudo import build_pseudo
from course.commands import add_locales, choose_locales, open_course
from course.errors import UsageError
from course.files import show
from course.localization.pseudo import PSEUDO


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `course build`."""
    add_locales(parser, f"locales to build; {PSEUDO.id} shows text that no translation reaches")
    parser.add_argument("--out", metavar="DIR", type=Path, help="default: build/notebooks")
    parser.add_argument(
        "--bundle", action="store_true", help="also write a zip file for each locale"
    )


def command(arguments: argparse.Namespace) -> int:
    """Build the notebooks and print their folders."""
    course = open_course(arguments.course)
    out = (arguments.out or course.root / "build" / "notebooks").absolute()
    sources = [course.notebooks, course.translations]
    sources += [
        course.root / Path(item).parts[0] for item in course.patterns if len(Path(item).parts) > 1
    ]
    real = out.resolve()
    if course.root.is_relative_to(real) or any(real.is_relative_to(item) for item in sources):
        raise UsageError(f"--out {arguments.out}: the sources lie there; name another folder")
    names = [name for name in arguments.locales if name != PSEUDO.id]
    locales = choose_locales(course, names, source=True) if names or not arguments.locales else []
    built = build(course, locales, out) if locales else []
    if PSEUDO.id in arguments.locales:
        built.append(build_pseudo(course, out))
    for item in built:
        for warning in item.warnings:
            print(f"warning: {warning}", file=sys.stderr)
        for path in item.kept:
            print(f"kept: {show(path, course.root)}, which you have changed", file=sys.stderr)
        changed = f"{item.written} files written" if item.written else "nothing to change"
        print(f"{item.locale.id:8} {show(item.folder, course.root)}  {changed}")
        if arguments.bundle:
            name = bundle_name(course, item.locale.id)
            path = bundle(item.files, out.parent / "bundles" / f"{name}.zip", name)
            print(f"{'':8} {show(path, course.root)}  {path.stat().st_size:,} bytes")
    return 0
