"""Imports: files read row by row, every problem reported by row and column, nothing changed unless all is well."""
