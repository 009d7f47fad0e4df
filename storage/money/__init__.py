"""The ledger and what is read from it: holds, budgets, spend."""
