"""Documents: taken in, converted, read, and erased for good."""
