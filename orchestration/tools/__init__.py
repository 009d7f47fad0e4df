"""What agents can do besides talking: typed functions over the run's own library and clock."""
