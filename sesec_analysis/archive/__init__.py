"""Numbers that last: frozen editions, what moved between them, and drafts held against them."""
