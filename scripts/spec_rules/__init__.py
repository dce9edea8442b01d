"""The rules that contracts are held to: one module a rule, named for it.

Each has `check(source: Source) -> Iterator[Problem]`; the first line of its docstring is the rule.
"""
