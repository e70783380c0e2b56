"""What the graph and the mandates say together: who holds it together, what breaks, who should meet, what moved."""
