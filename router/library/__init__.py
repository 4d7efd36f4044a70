"""Models on disk: the catalogue, where a model can be had, fetching it, checking it. Knows nothing of running one."""
