"""Build editions of reports and fact sheets from notebooks."""
