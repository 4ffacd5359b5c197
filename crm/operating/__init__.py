"""For whoever runs the server: backups, going back to one, and the doctor."""
