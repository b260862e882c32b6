"""Who is meant: the language of audiences, the columns it is answered from, and the two arms."""
