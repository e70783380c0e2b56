"""The pages about mandates, expectations and coverage."""
