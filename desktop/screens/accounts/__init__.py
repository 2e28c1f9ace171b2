"""账号: people, what each may see, how each account stands, the rules of safety."""
