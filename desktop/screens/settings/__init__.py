"""设置: how the program looks and sounds at this workstation, and what the person here sees."""
