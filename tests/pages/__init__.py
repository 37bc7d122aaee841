"""Pages as people meet them: forms without scripts, in a client and in a browser."""
