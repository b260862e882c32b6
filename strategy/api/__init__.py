"""What programs ask of this floor, and what every floor's resources are made of."""
