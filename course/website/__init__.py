"""Build the course as a website: lesson, start, progress and search pages in each locale."""
