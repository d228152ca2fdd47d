"""The course as a website: pages of every lesson and locale, a start page, progress and search."""
