"""Findings, measures, evidence, claims, checks: one web of facts."""
