"""Engines, which execute each notebook in a process of its own: here, or on a Dask cluster."""
