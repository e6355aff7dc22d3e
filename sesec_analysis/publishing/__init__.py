"""From ESTIMATES to what people see and cite: the privacy gate, findings, figures, tables, and the report itself."""
