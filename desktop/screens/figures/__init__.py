"""统计: the figures of every town or village."""
