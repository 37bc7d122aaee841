"""Every command of points and goods in any order, on a real ledger, with every law checked as it goes."""
