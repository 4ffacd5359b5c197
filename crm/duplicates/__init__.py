"""Groups that are listed twice: found, merged with a preview, and parted again."""
