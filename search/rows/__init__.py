"""Which rows of a published table: row copies beside the files, and the questions translated for their engine."""
