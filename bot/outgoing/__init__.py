"""What people see: from the event table to messages of a thread, each posted once."""
