"""The pages of data: sources and imports."""
