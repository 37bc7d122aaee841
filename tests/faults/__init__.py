"""What a deployment survives: kills, power loss, and whatever else fails under it."""
