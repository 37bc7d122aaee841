"""Faults that are planted into a database's driver, into a process's clock or disk, and the stories they strike in."""
