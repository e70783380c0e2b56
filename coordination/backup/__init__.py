"""Copies of the whole register that can be trusted: made under load, checked, and put back all or nothing."""
