"""The pages about actors, networks and collaborations."""
