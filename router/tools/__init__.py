"""What specialists act through: typed tools, what they may do, and whose words asked for it."""
