"""How long things are kept (`periods`); everything about one person: found (`finding`), told to them
(`telling`), erased, and erased again after a restore (`erasing`).
"""
