"""The exact round on bare numbers: who may be together, the best assignment, its prices."""
