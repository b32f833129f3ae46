"""The trail that cannot be bent: every row that says who decided what is sealed, and the head is written outside.

Triggers note each changed row in the same transaction; before it is committed the rows are sealed with a key that lies
outside the database, a sum of the seals of each table is kept, and the head of the audit chain with the sums goes to an
append-only file. Editing a row breaks its seal; removing rows, putting old ones back, cutting the log's end or
writing the whole chain anew breaks the sums or the head. Who has the database but not the key cannot mend either.
"""
