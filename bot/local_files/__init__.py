"""Files and folders of this machine, on their way into the library."""
