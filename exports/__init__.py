"""What leaves the office: standard workbook, PDFs and .zip, inventory, reports. Knows nothing of recognition."""
