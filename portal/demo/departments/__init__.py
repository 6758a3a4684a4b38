"""One source per department: ``name.json`` describes source and datasets, ``name.py`` builds what is harvested.

Each module offers ``build(folder, round_number)``, which writes the department's database or files. Round 1 is what the
first harvest finds, round 2 what stands there one period later; faults planted for the gate to find are commented
where they are made.
"""
