"""Give one verdict on editions before they are published: what each file says, who says it, what all tell together."""
