"""Clashes: one customer, two initiatives, within the policy's gap. Plain: no Django, no clock."""
