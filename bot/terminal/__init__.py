"""`threadwork` in a terminal: the command line, what it prints, and how a run is followed there."""
