"""Parts of lessons as pages and books both show them: code, outputs, headings, fonts."""
