"""What a good shopkeeper would remember of one customer. Plain Python."""
