"""What a machine can hold us to: size, names, words, the direction of imports, the locks, the shape of the prose."""
