"""Reading the translation of a lesson."""

from course.errors import CourseError
from course.files import read_text, refuse_links, show
from course.formats.lesson import SourceLesson
from course.formats.settings import Course, Locale
from course.formats.translation import Translation, parse
from course.markdown.active import new_active


def read_translation(course: Course, locale: Locale, lesson: SourceLesson) -> Translation:
    """Read the translation of a lesson; an empty one where there is no file.

    Raises:
        CourseError: the file cannot be read.
    """
    path = course.translation(locale, lesson.lesson)
    refuse_links(path, course.root)
    if not path.exists():
        return Translation()
    return parse(read_text(path, course.root))


def usable_translation(course: Course, locale: Locale, lesson: SourceLesson) -> Translation:
    """Read a translation that is to be built from or written to.

    Raises:
        CourseError: a line for each marker that is wrong, repeated id, merge conflict, and piece of
            active content.
    """
    translation = read_translation(course, locale, lesson)
    name = show(course.translation(locale, lesson.lesson), course.root)
    problems = [f"{name}:{problem.line}: {problem.message}" for problem in translation.problems]
    seen: set[str] = set()
    for cell in translation.cells:
        if cell.id in seen:
            problems.append(f"{name}:{cell.line}: cell {cell.id} stands here twice; remove one")
        seen.add(cell.id)
        source = lesson.get(cell.id)
        for active in () if cell.too_long else new_active(cell.text, source.text if source else ""):
            problems.append(
                f"{name}:{cell.line}: cell {cell.id}: active content {active!r}; remove it"
            )
    if not translation.cells and translation.preamble.strip():
        problems.append(f"{name}:1: no marker of a cell in the file; course sync {locale.id}")
    if problems:
        raise CourseError(*problems)
    return translation
