"""Build the notebooks of a locale as self-contained folders and zip files."""
