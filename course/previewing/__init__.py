"""A lesson beside its translation on a page that follows the files, for translators."""
