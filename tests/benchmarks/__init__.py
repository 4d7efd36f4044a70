"""Benchmarks: ratios measured side by side, started with `python -m tests.benchmarks.NAME`, never by pytest."""
