"""Accounts in any unit: entries, the lots a spend consumes, and the holds that reserve them."""
