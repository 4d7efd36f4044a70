"""The router: decides who answers, remembers what was said, owns the data folder.

This room is asyncio. It imports `specialists.manifest`, `specialists.wire` and `specialists.codec`, never Qt and
never an engine. Front-ends talk to it through `router.messages` (commands in, events out) and `router.assistant`.
"""
