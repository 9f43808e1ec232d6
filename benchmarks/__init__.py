"""Benchmarks, each beside its peer in the same run: `python -m benchmarks [NAME …]`.

A benchmark is a module with `run() -> Report`. It writes results/NAME.json and prints the
ratios. Machines differ and are shared: trust CPU per turn and ratios, not wall times.
"""
