"""The checks of a translation, one function each; `runner` runs them.

A check takes a `Pair` and yields a `Found` for each thing that is wrong. The tables at the ends of
the modules give it its code, its level, and what `course check --explain CODE` says.
"""
