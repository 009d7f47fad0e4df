"""Settings and the operator's file: the only place that reads the environment."""
