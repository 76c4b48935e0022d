"""Who may do what to which record, and why not. One file per group of roles; `decide` asks them all."""
