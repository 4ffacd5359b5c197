"""How long things are kept (`periods`), and people who fell quiet (`quiet`). Everything about one person:
found (`finding`), told to them (`telling`), erased, and erased again after a restore (`erasing`).
"""
