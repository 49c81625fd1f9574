"""What follows from a plan: why somebody waits, the smallest change, whom to recruit."""
