"""The notebooks of a locale as folders and zip files that can be moved and opened anywhere."""
