"""What keeps the project's supply chain in order: licences, the audit; see SECURITY.md."""
