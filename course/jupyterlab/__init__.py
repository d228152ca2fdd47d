"""The course inside JupyterLab: for learners as files of their own, for translators as views.

A view is a notebook of a locale that is no file: it shows a translation in its lesson, and saving
it writes the prose that was changed, and nothing else, to the translation.
"""
