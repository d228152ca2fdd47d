"""The course inside JupyterLab: files of their own for learners, views for translators.

A view is a virtual notebook without a file: it shows a translation in its lesson, and saving it
writes the changed cells of prose, and nothing else, to the translation.
"""
