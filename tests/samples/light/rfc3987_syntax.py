"""Stands where grammars of web addresses would in a process that a test starts: to read those takes it a second."""
