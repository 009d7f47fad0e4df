"""What a run carries with it while it works."""
