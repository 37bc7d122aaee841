"""Devices that scan without a network and send what they kept over a bad one, and a judge of what the ledger kept."""
