"""Engines, which execute each notebook in its own process: here, or on a Dask cluster."""
