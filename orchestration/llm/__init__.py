"""Models behind one protocol: `complete` sends exactly one request and never retries."""
