"""Read a publisher's raw file into rows in our codes."""
