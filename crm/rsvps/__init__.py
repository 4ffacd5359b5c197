"""Who comes to a date: said without an account, limited where places are, cancelled by a link."""
