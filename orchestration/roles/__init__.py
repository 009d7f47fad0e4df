"""The agents, one a file: prompt, output, and what it may use."""
