"""The door: Slack and the terminal."""
