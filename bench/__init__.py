"""What Linli does in a second, beside what else one would have written: `python -m bench`, or `make bench`."""
