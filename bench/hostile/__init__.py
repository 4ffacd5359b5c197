"""Thousands of bad inputs at every address, form and command of a Muster with the demo in it.

    python -m bench.hostile                          # 10,000 of them; ends with 1 where one fault is found
    python -m bench.hostile --inputs 500 --seed 7    # others, and fewer

An answer of 500 and more is a fault, and so is what was typed and stands somewhere unescaped: in pages, CSV,
ICS, JSON, mail. The same seed asks the same.
"""
