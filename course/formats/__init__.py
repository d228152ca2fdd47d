"""The formats of a course: course.toml, notebooks, lessons, translations, glossaries, strings."""
