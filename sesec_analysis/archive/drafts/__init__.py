"""Check a grant draft against all findings."""
