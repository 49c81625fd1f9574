"""The reference rules: one small, open configuration by which anybody can check the rounds.

They are for comparing solvers, not for proposing a guide to anyone: a certificate for every
family with minors and a hard language are not this programme's rules. docs/matching.md describes
the files.
"""
