"""How much contact one person has had, and when the next is allowed. Plain Python."""
