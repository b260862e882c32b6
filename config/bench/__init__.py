"""How fast data come in: `make bench`. Shown beside its goals, and never a timed test."""
