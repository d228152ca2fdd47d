"""The reports of a run: `content` makes one as data, `files` writes it in each of its forms."""
