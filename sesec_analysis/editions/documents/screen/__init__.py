"""Draw what only a screen has: figures of a school on lines, and schools on a map whose dots are links."""
