"""What a thread shows of a run, as values: no Slack, no layout."""
