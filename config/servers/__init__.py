"""Start, watch and stop what Hymnsheet runs on: database, broker, web, worker, scheduler."""
