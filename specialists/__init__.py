"""Specialists: the models that answer. Plain blocking code that runs in worker processes.

This room knows no Qt, no asyncio, no database and no network, and imports nothing from the other rooms.
"""
