"""The pages of results: overview, initiatives, strategy."""
