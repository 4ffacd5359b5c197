"""What goes out under the demands: the sign-on letter, the packet for a board, lists on other sites."""
