"""Claims, quotes and numbered sources, checked by code: what an answer states can be looked up, or is marked."""
