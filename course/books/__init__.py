"""Books: all lessons of a locale in one framework, as EPUB and as PDF."""
