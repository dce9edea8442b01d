"""What providers do beyond their contracts, in code: a simulator each, found by an entry point.

What a simulator may do: `simulator`. How it is found: `registry`. Each rule of the shipped ones names
its source in a docstring.
"""
