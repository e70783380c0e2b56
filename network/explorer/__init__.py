"""The map of who works with whom: what is asked for, what is drawn, and the tables that say the same."""
