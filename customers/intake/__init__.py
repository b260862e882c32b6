"""A file and a mapping in, checked typed columns and rejected rows out; no Django, no clock."""
