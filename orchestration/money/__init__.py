"""What a call may cost: prices, fees, and the worst case that is held."""
