"""One definition of every figure; pages, sheets and reports take their numbers from ``queries``."""
