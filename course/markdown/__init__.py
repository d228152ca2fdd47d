"""Markdown: parsing, its outline, active content, and rendering it as HTML."""
