"""Template tags of the frame that every app's pages stand on."""
