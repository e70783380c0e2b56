"""Pages that serve every kind of row."""
