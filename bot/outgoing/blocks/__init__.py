"""What people see in Slack: pure functions, plain values in, plain dicts out."""
