"""The research: pure flow. Knows no Slack, no SQL and no engine; speaks to the world through `ports`."""
