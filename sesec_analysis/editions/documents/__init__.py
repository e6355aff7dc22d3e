"""Turn an executed notebook into HTML, PDF, DOCX and a findings page."""
