"""Reading the board (`board`), the list by stage (`listing`), and what moved (`moves`)."""
