"""Which strategy a question deserves, and what it would cost."""
