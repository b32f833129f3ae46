"""What a printed register page looks like: register types, standard columns, code lists, form templates, geometry.

Knows nothing of images, recognisers or databases.
"""
