"""What earlier releases left behind is read by this one, for ever."""
