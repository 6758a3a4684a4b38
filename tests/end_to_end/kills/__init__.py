"""A trial of harvests that are killed and cut off many times over one home, with the promises checked after each time.

``python -m tests.end_to_end.many_kills`` runs it; pytest does not collect it.
"""
