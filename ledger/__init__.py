"""The rules of the ledger and its write side: the only package that decides anything."""
