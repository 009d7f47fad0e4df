"""Tools of MCP servers that the operator declared: asked over a connection each, pinned, namespaced, timed out."""
