"""What the pages of results ask: typed rows, at a fixed number of queries."""
