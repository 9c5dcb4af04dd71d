"""All counties of a run together: who was paid in two of them, and how they stand beside each other."""
