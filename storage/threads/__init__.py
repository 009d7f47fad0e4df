"""What came from Slack and what went there."""
