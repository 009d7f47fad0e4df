"""The web: a search engine's hits, and pages read as text from public addresses alone."""
