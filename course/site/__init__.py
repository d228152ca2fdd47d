"""The course as a website: steps from built notebooks to pages, one language at a time.

`prose` and `outputs` turn a cell into harmless HTML, `sources` writes what Sphinx reads,
`extension` is our part of a Sphinx run, and `steps` does all of it for every locale.
"""
