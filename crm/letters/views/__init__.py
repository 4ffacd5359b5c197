"""The public pages of the letter, the packet and the lists for other sites."""
