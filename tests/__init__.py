"""The tests, as a package: their folders are named like ours and must not stand in for them."""
