"""Questions about customers that are no simple fold of their events, each under its name.

Each takes the facts, a measure, windows and whose events are meant (`reports.measures.scopes`),
and returns what each customer brings: `ends_on`, `scope`, `customer_id`, `y0` and `d0`. A scope
looks at its own events alone; what a customer did before is theirs wherever they did it.
"""
