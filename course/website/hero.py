"""The widget of the start page: a cell of a lesson, named in course.toml."""

from collections.abc import Sequence
from typing import Any, cast

from course.errors import CourseError
from course.formats.lesson import SourceLesson
from course.formats.settings import FILE_NAME, Course
from course.rendering.outputs import WIDGET
from course.website.widgets import Data, check_widget


def checked(data: Any, name: str) -> Data:
    """Return the data of a widget.

    Raises:
        CourseError: the data is wrong; names its cell.
    """
    try:
        check_widget(data)
    except ValueError as error:
        problem = f"{name}: widget of an output: {error}; execute the notebook again"
        raise CourseError(problem) from None
    return cast(Data, data)


def find_hero(course: Course, lessons: Sequence[SourceLesson]) -> Data | None:
    """Return the data of the widget of the start page; None if the course names none.

    Raises:
        CourseError: the cell that it names has no widget, or its data is wrong.
    """
    if course.hero is None:
        return None
    name, cell_id = course.hero
    (lesson,) = [each for each in lessons if each.lesson.id == name]
    notebook = lesson.notebooks[0]
    for cell in notebook.data["cells"]:
        if cell["id"] != cell_id:
            continue
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):
                return checked(output["data"][WIDGET], f"{notebook.path.name}: cell {cell_id}")
    raise CourseError(
        f"{course.root / FILE_NAME}: start hero: {notebook.path.name} shows no widget in a cell"
        f" {cell_id!r}; name one that does, or execute the notebook again"
    )
