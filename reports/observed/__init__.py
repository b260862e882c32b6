"""Observed: what can be said where chance did not choose who was treated, and how little.

Plain Python on one value per unit (a store, a region, a day) or on daily totals. Every answer
carries the grade that it cannot pass: D for a comparison, E for before and after. What cannot be
computed raises a `NotComputableError` whose text is the reason.
"""
