"""Who may speak for a group: contacts who confirmed that they do, their mailed links, their sessions."""
