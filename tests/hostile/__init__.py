"""What broken and malicious programs send, to every operation of the interface there is."""
