"""Benchmarks: they measure and print tables; no test depends on a time."""
