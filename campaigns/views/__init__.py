"""Pages and fragments of initiatives."""
