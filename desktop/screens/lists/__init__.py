"""数据与备份: what keeps the record from being lost."""
