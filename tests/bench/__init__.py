"""`make bench`: what the matching costs, measured against other solvers in one run.

Each measurement has a process of its own, so that its peak memory is its own; of three processor
times the best counts. What matters are the ratios: they hardly depend on the machine.
"""
