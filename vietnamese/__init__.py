"""Ground floor: letters, syllables, number words, administrative units and word lists; knows no image and no form."""
