"""The commands of `threadwork`, one noun per file."""
