"""The first case, as shipped: the strategy against segregation, and accounts to try it with."""
