"""Files as seven departments' systems export them, with every hazard of linking, and the truth."""
