"""Which datasets: the index of all descriptions, and the query languages that programs ask it in."""
