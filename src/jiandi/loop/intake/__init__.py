"""Step 1: a letter, notice or ledger becomes reviewed findings tied to their source spans."""
