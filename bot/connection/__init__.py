"""The line to Slack: Bolt's app, Socket Mode or HTTP, and the health pages."""
