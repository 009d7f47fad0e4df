"""What people say and click: kept first, understood, and handed to the research."""
