"""A family and a guide: who they are as arrays, what forbids the pair and how well it fits."""
