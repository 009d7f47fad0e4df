"""A database as a whole: backed up, restored, moved to another one."""
