"""What a whole book says about each of its fields: the readings of the ink weighed with everything around them.

`ink` holds what may stand in a field and how well the strokes say so; `facts` what the book shows; `sequence` weighs
numbers, pages and dates along the book; `entry_factors` the fields of one entry; `decide` puts it together.
"""
