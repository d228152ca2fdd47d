"""Executing notebooks: which, their cache keys and stored results, engines, outcomes, reports."""
