"""The reports of a run: `content` builds one as data, `files` writes it in each format."""
