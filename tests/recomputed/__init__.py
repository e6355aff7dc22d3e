"""A second program: recomputes published findings from raw files and imports nothing from the package."""
