"""The whole program as a person starts it, on a real model."""
