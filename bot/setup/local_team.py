"""The team of everything that is asked in a terminal."""

LOCAL_TEAM = "local"
