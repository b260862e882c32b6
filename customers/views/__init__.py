"""Pages of floor 1, one module for each subject."""
