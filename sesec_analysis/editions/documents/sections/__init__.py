"""Make the sections of a report that no notebook makes: they follow from its findings, its audit and its list."""
