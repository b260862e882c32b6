"""What each measure counts over what, as SQL over tallies of events. Plain Python."""
