"""查询: looking for incidents of all years."""
