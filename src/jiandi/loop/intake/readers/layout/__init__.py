"""From what stands where on pages to lines in reading order, paragraphs and tables; for every kind of file that has positions."""
