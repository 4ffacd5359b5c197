"""Sign-ons: the public form by which a group stands behind demands."""
